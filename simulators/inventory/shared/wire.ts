import type { Decision, InputRecord, LogRecord, Operation } from 'toofan';
import { decodeDecision, identifyBy, idOf, parseObject, quote, wholeWithin } from '../../worker/wire.ts';
import { inputTopics, topics } from './topics.ts';

/** The shop's wire format: JSON, ids as decimal strings, the id first so that it is found without parsing. */

const idMember: Readonly<Record<string, string>> = {
  [topics.orders]: 'orderId',
  [topics.cancellations]: 'cancellationId',
  [topics.returns]: 'returnId',
  [topics.restocks]: 'restockId',
};

/** What the harness writes to an input topic; 25,000 times per second, hence no `JSON.stringify` of a whole object. */
export function encode(operation: Operation, attempt: number): InputRecord {
  const { op, key, quantity, subjectOp, amountPaise, detail } = operation;
  const product = quote(key);
  const units = `"attempt":${attempt},"product":${product},"quantity":${quantity}`;
  switch (operation.kind) {
    case 'order': {
      const buyer = `"city":${quote(detail['city'])},"payment":${quote(detail['payment'])}`;
      const premium = operation.class === 'premium';
      const value = `{"orderId":"${op}",${units},"amountPaise":${amountPaise},${buyer},"premium":${premium}}`;
      return { topic: topics.orders, key, value };
    }
    case 'cancellation':
      return {
        topic: topics.cancellations,
        key,
        value: `{"cancellationId":"${op}",${units},"orderId":"${subjectOp}"}`,
      };
    case 'return':
      return { topic: topics.returns, key, value: `{"returnId":"${op}",${units},"orderId":"${subjectOp}"}` };
    case 'restock':
      return { topic: topics.restocks, key, value: `{"restockId":"${op}",${units}}` };
    default:
      throw new RangeError(`no inventory topic carries ${operation.kind}`);
  }
}

/** The operation in an input record; null for another producer's record. */
export const identify = identifyBy(idMember);

/** The decision in a record of `order-decisions`; null if there is none. */
export const decode = (record: LogRecord): Decision | null =>
  record.topic === topics.decisions ? decodeDecision(record) : null;

export type Kind = 'order' | 'cancellation' | 'return' | 'restock';

/** An input record as a worker understands it. */
export interface Request {
  readonly op: number;
  readonly kind: Kind;
  /** The order that a cancellation or return refers to; null for the others. */
  readonly orderOp: number | null;
  readonly product: string;
  readonly quantity: number;
  /** The shopper's class; `regular` if the record does not say. */
  readonly class: 'premium' | 'regular';
  /** The broker's timestamp of the record, epoch ms; undefined if it came from no log. */
  readonly appendedAtMs?: number;
}

const kindOf: Readonly<Record<string, Kind>> = {
  [topics.orders]: 'order',
  [topics.cancellations]: 'cancellation',
  [topics.returns]: 'return',
  [topics.restocks]: 'restock',
};

/** Reads an input record; a text explains why it is invalid, for the dead letters. */
export function parseRequest(topic: string, value: string | null): Request | string {
  const kind = kindOf[topic];
  if (kind === undefined) return `not an input topic: ${topic}; known: ${inputTopics.join(', ')}`;
  if (value === null) return 'no value';
  const fields = parseObject(value);
  if (fields === null) return 'not a JSON object';
  const member = idMember[topic] ?? '';
  const op = idOf(fields[member]);
  if (op === null) return `${member} is not a decimal id`;
  const product = fields['product'];
  if (typeof product !== 'string' || !productName.test(product)) return 'product is not a product name';
  const quantity = wholeWithin(fields['quantity'], 1, maxQuantity);
  if (quantity === null) return `quantity is not a whole number of 1 to ${maxQuantity}`;
  const shopper = fields['premium'] === true ? 'premium' : 'regular';
  if (kind === 'order' || kind === 'restock') return { op, kind, orderOp: null, product, quantity, class: shopper };
  const orderOp = idOf(fields['orderId']);
  if (orderOp === null) return 'orderId is not a decimal id';
  return { op, kind, orderOp, product, quantity, class: shopper };
}

/** No quote, comma, brace or backslash: names go into SQL array literals unquoted. */
const productName = /^[\w.:-]{1,64}$/;
const maxQuantity = 32_767;
