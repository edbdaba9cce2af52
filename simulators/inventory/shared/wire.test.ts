import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogRecord, Operation } from 'toofan';
import { topics } from './topics.ts';
import { encodeDecision } from '../../worker/wire.ts';
import { decode, encode, identify, parseRequest } from './wire.ts';

const operation = (over: Partial<Operation>): Operation => ({
  op: 40,
  kind: 'order',
  subjectOp: null,
  key: 'product-00017',
  otherKey: null,
  quantity: 2,
  amountPaise: 199_800,
  class: 'premium',
  detail: { shopper: 'shopper-7', city: 'Mumbai', payment: 'upi' },
  ...over,
});
const record = (topic: string, value: string | null, key: string | null = 'product-00017'): LogRecord => ({
  topic,
  partition: 0,
  offset: 0,
  timestampMs: 0,
  key,
  value,
});

describe('the wire format', () => {
  it('is JSON that names things as they are', () => {
    const { topic, key, value } = encode(operation({}), 2);
    expect([topic, key]).toEqual(['order-events', 'product-00017']);
    expect(JSON.parse(value)).toEqual({
      orderId: '40',
      attempt: 2,
      product: 'product-00017',
      quantity: 2,
      amountPaise: 199_800,
      city: 'Mumbai',
      payment: 'upi',
      premium: true,
    });
  });

  it('stays JSON whatever a city is called, and reads back as it was', () => {
    const operations = fc.record({
      op: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
      kind: fc.constantFrom('order', 'cancellation', 'return', 'restock'),
      subjectOp: fc.nat(),
      key: fc.stringMatching(/^[\w.:-]{1,64}$/),
      quantity: fc.integer({ min: 1, max: 32_767 }),
      attempt: fc.integer({ min: 1, max: 9 }),
      city: fc.string(),
    });
    fc.assert(
      fc.property(operations, ({ op, kind, subjectOp, key, quantity, attempt, city }) => {
        const about = kind === 'cancellation' || kind === 'return' ? subjectOp : null;
        const sent = encode(operation({ op, kind, subjectOp: about, key, quantity, detail: { city } }), attempt);
        expect(() => {
          JSON.parse(sent.value);
        }).not.toThrow();
        expect(identify(record(sent.topic, sent.value))).toEqual({ op, attempt });
        expect(parseRequest(sent.topic, sent.value)).toEqual({
          op,
          kind,
          orderOp: about,
          product: key,
          quantity,
          class: kind === 'order' ? 'premium' : 'regular',
        });
      }),
    );
  });

  it('identifies a record that somebody else wrote, in whatever order of members', () => {
    const value = '{ "attempt": 3, "product": "p", "returnId": "77" }';
    expect(identify(record(topics.returns, value))).toEqual({ op: 77, attempt: 3 });
    expect(identify(record(topics.orders, '{"orderId":"77","note":"\\",\\"attempt\\":5,"}'))).toEqual({
      op: 77,
      attempt: 1,
    });
  });

  it.each([null, '', 'not json', '[]', '{}', '{"orderId":7}', '{"orderId":"-1"}', '{"orderId":"1e3"}'])(
    'takes %j for no operation',
    (value) => {
      expect(identify(record(topics.orders, value))).toBeNull();
      expect(parseRequest(topics.orders, value)).toBeTypeOf('string');
    },
  );

  it.each([
    ['{"orderId":"1","product":"p"}', /quantity/],
    ['{"orderId":"1","product":"p","quantity":0}', /quantity/],
    ['{"orderId":"1","product":"p","quantity":1.5}', /quantity/],
    ['{"orderId":"1","product":"p","quantity":40000}', /quantity/],
    ['{"orderId":"1","product":"a\\"b","quantity":1}', /product/],
    ['{"orderId":"1","product":"\\u0000","quantity":1}', /product/],
    ['{"orderId":"9007199254740993","product":"p","quantity":1}', /orderId/],
  ])('says what is wrong with %s', (value, why) => {
    expect(parseRequest(topics.orders, value)).toMatch(why);
  });

  it('reads back the decisions that it writes', () => {
    const decided = (value: string) => decode(record(topics.decisions, value, 'p'));
    expect(decided(encodeDecision(12, 'confirmed', null))).toEqual({
      op: 12,
      key: 'p',
      answer: 'confirmed',
      mode: 'full',
      reason: null,
    });
    expect(decided(encodeDecision(12, 'revoked', 'out of "stock"'))?.reason).toBe('out of "stock"');
    expect(decided(encodeDecision(12, 'confirmed', 'recommendations cached', 'degraded'))).toEqual({
      op: 12,
      key: 'p',
      answer: 'confirmed',
      mode: 'degraded',
      reason: 'recommendations cached',
    });
    expect(decided('{"op":"x","answer":"confirmed"}')).toBeNull();
    expect(decode(record('another-topic', encodeDecision(12, 'confirmed', null)))).toBeNull();
  });
});
