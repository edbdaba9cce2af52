import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogRecord, Operation } from 'toofan';
import { encodeDecision } from '../../worker/wire.ts';
import { topicNeeds, topics } from './topics.ts';
import { decode, encode, identify, keyOf, parseRequest } from './wire.ts';

const operation = (over: Partial<Operation>): Operation => ({
  op: 40,
  kind: 'payment',
  subjectOp: null,
  key: 'u7',
  otherKey: 'm3',
  quantity: 1,
  amountPaise: 19_900,
  class: 'premium',
  detail: { device: 'android' },
  ...over,
});
const record = (topic: string, value: string | null): LogRecord => ({
  topic,
  partition: 0,
  offset: 0,
  timestampMs: 0,
  key: 'u7',
  value,
});

describe('the wire format of the wallet', () => {
  it('is JSON that names things as they are', () => {
    const sent = [
      operation({}),
      operation({ kind: 'add_money', otherKey: 'b7' }),
      operation({ kind: 'refund', key: 'm3', otherKey: 'u7', subjectOp: 12 }),
      operation({ kind: 'registration', otherKey: null, detail: { name: 'Asha "A"', phone: '98', city: 'Pune' } }),
    ].map((one) => encode(one, 2));
    expect(sent.map(({ topic, key, value }) => [topic, key, JSON.parse(value)])).toEqual([
      [
        'upi-transactions',
        'u7',
        {
          paymentId: '40',
          attempt: 2,
          payer: 'u7',
          payee: 'm3',
          paise: 19_900,
          device: 'android',
          premium: true,
        },
      ],
      ['add-money', 'u7', { addMoneyId: '40', attempt: 2, wallet: 'u7', bank: 'b7', paise: 19_900 }],
      ['refunds', 'm3', { refundId: '40', attempt: 2, merchant: 'm3', user: 'u7', paymentId: '12', paise: 19_900 }],
      [
        'registrations',
        'u7',
        { registrationId: '40', attempt: 2, user: 'u7', name: 'Asha "A"', phone: '98', city: 'Pune' },
      ],
    ]);
  });

  it('reads back as it was sent', () => {
    const operations = fc.record({
      op: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
      user: fc.nat().map((id) => `u${id}`),
      merchant: fc.nat().map((id) => `m${id}`),
      subjectOp: fc.nat(),
      paise: fc.integer({ min: 1, max: 10_000_000_000 }),
      attempt: fc.integer({ min: 1, max: 9 }),
      text: fc.string(),
    });
    fc.assert(
      fc.property(operations, ({ op, user, merchant, subjectOp, paise, attempt, text }) => {
        const amountPaise = paise;
        const detail = { device: text, name: text, city: text };
        const all = [
          operation({ op, key: user, otherKey: merchant, amountPaise, detail }),
          operation({ op, kind: 'add_money', key: user, otherKey: 'b1', amountPaise }),
          operation({ op, kind: 'refund', key: merchant, otherKey: user, subjectOp, amountPaise }),
          operation({ op, kind: 'registration', key: user, otherKey: null, detail }),
        ].map((one) => encode(one, attempt));
        for (const { topic, value } of all) expect(identify(record(topic, value))).toEqual({ op, attempt });
        const read = all.map(({ topic, value }) => parseRequest(topic, value));
        expect(read).toEqual([
          { kind: 'payment', op, payer: user, payee: merchant, paise, device: text, premium: true },
          { kind: 'add_money', op, wallet: user, bank: 'b1', paise },
          { kind: 'refund', op, merchant, user, paymentOp: subjectOp, paise },
          { kind: 'registration', op, user },
        ]);
        expect(read.map((one) => typeof one === 'string' || keyOf(one))).toEqual(all.map(({ key }) => key));
      }),
    );
  });

  it.each([
    [topics.payments, 'not json', 'not a JSON object'],
    [topics.payments, '{"payer":"u1"}', 'paymentId is not a decimal id'],
    [topics.payments, '{"paymentId":"1","payer":"u1","payee":"m1","paise":0}', /^paise/],
    [topics.payments, '{"paymentId":"1","payer":"u1","payee":"m1","paise":1.5}', /^paise/],
    [topics.payments, '{"paymentId":"1","payer":"m1","payee":"u1","paise":1}', 'payer is not a user account'],
    [topics.payments, '{"paymentId":"1","payer":"u1","payee":"transit","paise":1}', /^payee/],
    [topics.payments, '{"paymentId":"1","payer":"u1\\"","payee":"m1","paise":1}', /^payer/],
    [topics.addMoney, '{"addMoneyId":"1","wallet":"u1","bank":"u1","paise":1}', 'bank is not a bank account'],
    [topics.refunds, '{"refundId":"1","merchant":"m1","user":"u1","paise":1}', 'paymentId is not a decimal id'],
    [topics.registrations, '{"registrationId":"1","user":"m1"}', 'user is not a user account'],
    ['elsewhere', '{}', /^not an input topic/],
  ])('says what is wrong with a record of %s: %s', (topic, value, why) => {
    expect(parseRequest(topic, value)).toMatch(why);
  });

  it('goes over topics that a stack is asked for', () => {
    expect(Object.keys(topicNeeds)).toEqual(Object.values(topics));
  });

  it('reads back the decisions that it writes', () => {
    const value = encodeDecision(12, 'success', 'fraud service away', 'degraded');
    const decision = { op: 12, key: 'u7', answer: 'success', mode: 'degraded', reason: 'fraud service away' };
    expect(decode(record(topics.decisions, value))).toEqual(decision);
    expect(decode(record(topics.analytics, value))).toBeNull();
  });
});
