import type { Operation } from '../../../harness/domains/domain.ts';
import type { Decision, InputRecord, LogRecord } from '../../../harness/target/target.ts';
import { inputTopics, topics } from './topics.ts';

/** The shop's wire format: JSON, ids as decimal strings, the id first so that it is found without a parse. */

const idMember: Readonly<Record<string, string>> = {
  [topics.orders]: 'orderId',
  [topics.cancellations]: 'cancellationId',
  [topics.returns]: 'returnId',
  [topics.restocks]: 'restockId',
};

/** What the harness writes to an input topic; 25,000 times a second, hence no `JSON.stringify` of a whole object. */
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
      throw new RangeError(`the inventory's topics carry no ${operation.kind}`);
  }
}

/** JSON of a text that comes again and again (a product, a city). The memory is bounded: beyond it, each is quoted anew. */
const quoted = new Map<unknown, string>();
const maxQuoted = 100_000;
function quote(text: unknown): string {
  let json = quoted.get(text);
  if (json === undefined) {
    json = JSON.stringify(typeof text === 'string' ? text : null);
    if (quoted.size < maxQuoted) quoted.set(text, json);
  }
  return json;
}

/** The operation that an input record carries; null for a record that is none of ours. */
export function identify(record: LogRecord): { op: number; attempt: number } | null {
  const member = idMember[record.topic];
  if (member === undefined || record.value === null) return null;
  const op = idAfter(record.value, `{"${member}":"`);
  // 13 characters: `","attempt":` and what closes it; a single digit is what encode writes.
  const at = record.value.indexOf('","attempt":');
  if (op !== null && at > 0) {
    const attempt = record.value.charCodeAt(at + 12) - 48;
    if (attempt >= 1 && attempt <= 9 && record.value.charCodeAt(at + 13) === comma) return { op, attempt };
  }
  const fields = parseObject(record.value);
  const slow = idOf(fields?.[member]);
  if (slow === null) return null;
  return { op: slow, attempt: wholeWithin(fields?.['attempt'], 1, maxAttempt) ?? 1 };
}

/** What a worker answers. */
export function encodeDecision(
  op: number,
  answer: string,
  reason: string | null,
  mode: Decision['mode'] = 'full',
): string {
  const how = mode === 'full' ? '' : `,"mode":"${mode}"`;
  const why = reason === null ? '' : `,"reason":${JSON.stringify(reason)}`;
  return `{"op":"${op}","answer":"${answer}"${how}${why}}`;
}

/** The decision that a record of `order-decisions` carries; null for a record that is none. */
export function decode(record: LogRecord): Decision | null {
  if (record.topic !== topics.decisions || record.value === null || record.key === null) return null;
  const match = decisionOfOurs.exec(record.value);
  if (match !== null) {
    return { op: Number(match[1]), key: record.key, answer: match[2] ?? '', mode: 'full', reason: null };
  }
  const fields = parseObject(record.value);
  const op = idOf(fields?.['op']);
  const answer = fields?.['answer'];
  const reason = fields?.['reason'];
  if (op === null || typeof answer !== 'string') return null;
  const mode = fields?.['mode'] === 'degraded' ? 'degraded' : 'full';
  return { op, key: record.key, answer, mode, reason: typeof reason === 'string' ? reason : null };
}
const decisionOfOurs = /^\{"op":"(\d{1,15})","answer":"(\w+)"\}$/;

export type Kind = 'order' | 'cancellation' | 'return' | 'restock';

/** An input record as a worker understands it. */
export interface Request {
  readonly op: number;
  readonly kind: Kind;
  /** The order that a cancellation or return is about; null for the others. */
  readonly orderOp: number | null;
  readonly product: string;
  readonly quantity: number;
  /** The shopper's; `regular` where the record does not say. */
  readonly class: 'premium' | 'regular';
  /** When the broker took the record, epoch ms; undefined where it came from no log. */
  readonly appendedAtMs?: number;
}

const kindOf: Readonly<Record<string, Kind>> = {
  [topics.orders]: 'order',
  [topics.cancellations]: 'cancellation',
  [topics.returns]: 'return',
  [topics.restocks]: 'restock',
};

/** Reads an input record; a text says why it is none, for the dead letters. */
export function parseRequest(topic: string, value: string | null): Request | string {
  const kind = kindOf[topic];
  if (kind === undefined) return `no input topic: ${topic}; known are ${inputTopics.join(', ')}`;
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

/** No quote, comma, brace or backslash: names go into array literals of SQL as they are. */
const productName = /^[\w.:-]{1,64}$/;
const maxQuantity = 32_767;
const maxAttempt = 9;
const comma = 44;
const quoteMark = 34;

function idAfter(text: string, prefix: string): number | null {
  if (!text.startsWith(prefix)) return null;
  let id = 0;
  let at = prefix.length;
  for (; at < prefix.length + 15; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) break;
    id = id * 10 + digit;
  }
  return at > prefix.length && text.charCodeAt(at) === quoteMark ? id : null;
}

function idOf(text: unknown): number | null {
  if (typeof text !== 'string' || !/^\d{1,16}$/.test(text)) return null;
  const id = Number(text);
  return Number.isSafeInteger(id) ? id : null;
}

const wholeWithin = (value: unknown, least: number, most: number): number | null =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most ? value : null;

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
