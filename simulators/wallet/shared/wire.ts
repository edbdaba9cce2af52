import type { Decision, InputRecord, LogRecord, Operation } from 'toofan';
import { decodeDecision, identifyBy, idOf, parseObject, quote, wholeWithin } from '../../worker/wire.ts';
import { inputTopics, topics } from './topics.ts';

/** The wallet's wire format: JSON, ids as decimal strings, the id first so that it is found without parsing. */

const idMember: Readonly<Record<string, string>> = {
  [topics.payments]: 'paymentId',
  [topics.addMoney]: 'addMoneyId',
  [topics.refunds]: 'refundId',
  [topics.registrations]: 'registrationId',
};

/** What the harness writes to an input topic; thousands of times per second, hence no `JSON.stringify` of a whole object. */
export function encode(operation: Operation, attempt: number): InputRecord {
  const { op, key, otherKey, subjectOp, amountPaise, detail } = operation;
  const [own, other] = [quote(key), quote(otherKey)];
  const paise = `"paise":${amountPaise}`;
  switch (operation.kind) {
    case 'payment': {
      const how = `"device":${quote(detail['device'])},"premium":${operation.class === 'premium'}`;
      const value = `{"paymentId":"${op}","attempt":${attempt},"payer":${own},"payee":${other},${paise},${how}}`;
      return { topic: topics.payments, key, value };
    }
    case 'add_money': {
      const value = `{"addMoneyId":"${op}","attempt":${attempt},"wallet":${own},"bank":${other},${paise}}`;
      return { topic: topics.addMoney, key, value };
    }
    case 'refund': {
      const what = `"paymentId":"${subjectOp}",${paise}`;
      const value = `{"refundId":"${op}","attempt":${attempt},"merchant":${own},"user":${other},${what}}`;
      return { topic: topics.refunds, key, value };
    }
    case 'registration': {
      // Everybody registers once: their names are not worth caching.
      const [name, phone, city] = ['name', 'phone', 'city'].map((member) => JSON.stringify(detail[member] ?? null));
      const who = `"name":${name},"phone":${phone},"city":${city}`;
      return {
        topic: topics.registrations,
        key,
        value: `{"registrationId":"${op}","attempt":${attempt},"user":${own},${who}}`,
      };
    }
    default:
      throw new RangeError(`no wallet topic carries ${operation.kind}`);
  }
}

/** The operation in an input record; null for another producer's record. */
export const identify = identifyBy(idMember);

/** The decision in a record of `payment-decisions`; null if there is none. */
export const decode = (record: LogRecord): Decision | null =>
  record.topic === topics.decisions ? decodeDecision(record) : null;

export interface Payment {
  readonly kind: 'payment';
  readonly op: number;
  readonly payer: string;
  readonly payee: string;
  readonly paise: number;
  /** The payer's device (`android`, `emulator` …), which the fraud check uses. */
  readonly device: string;
  readonly premium: boolean;
}
export interface AddMoney {
  readonly kind: 'add_money';
  readonly op: number;
  readonly wallet: string;
  /** The account at the bank, `b<id>`. */
  readonly bank: string;
  readonly paise: number;
}
export interface Refund {
  readonly kind: 'refund';
  readonly op: number;
  readonly merchant: string;
  readonly user: string;
  readonly paymentOp: number;
  readonly paise: number;
}
export interface Registration {
  readonly kind: 'registration';
  readonly op: number;
  readonly user: string;
}
/** An input record as a worker understands it. */
export type Request = Payment | AddMoney | Refund | Registration;

/** Reads an input record; a text explains why it is invalid, for the dead letters. */
export function parseRequest(topic: string, value: string | null): Request | string {
  const member = idMember[topic];
  if (member === undefined) return `not an input topic: ${topic}; known: ${inputTopics.join(', ')}`;
  if (value === null) return 'no value';
  const fields = parseObject(value);
  if (fields === null) return 'not a JSON object';
  const op = idOf(fields[member]);
  if (op === null) return `${member} is not a decimal id`;
  if (topic === topics.registrations) {
    const user = accountOf(fields['user'], /^u/);
    return user === null ? 'user is not a user account' : { kind: 'registration', op, user };
  }
  const paise = wholeWithin(fields['paise'], 1, maxPaise);
  if (paise === null) return `paise is not a whole number of 1 to ${maxPaise}`;
  if (topic === topics.payments) return paymentOf(op, paise, fields);
  if (topic === topics.addMoney) {
    const [wallet, bank] = [accountOf(fields['wallet'], /^u/), accountOf(fields['bank'], /^b/)];
    if (wallet === null) return 'wallet is not a user account';
    return bank === null ? 'bank is not a bank account' : { kind: 'add_money', op, wallet, bank, paise };
  }
  const [merchant, user] = [accountOf(fields['merchant'], /^m/), accountOf(fields['user'], /^u/)];
  const paymentOp = idOf(fields['paymentId']);
  if (merchant === null) return 'merchant is not a merchant account';
  if (user === null) return 'user is not a user account';
  return paymentOp === null
    ? 'paymentId is not a decimal id'
    : { kind: 'refund', op, merchant, user, paymentOp, paise };
}

function paymentOf(op: number, paise: number, fields: Readonly<Record<string, unknown>>): Payment | string {
  const [payer, payee] = [accountOf(fields['payer'], /^u/), accountOf(fields['payee'], /^[um]/)];
  if (payer === null) return 'payer is not a user account';
  if (payee === null) return 'payee is not a user or merchant account';
  const device = typeof fields['device'] === 'string' ? fields['device'] : '';
  return { kind: 'payment', op, payer, payee, paise, device, premium: fields['premium'] === true };
}

/** A letter and a number: such names go into SQL array literals unquoted. */
const accountName = /^[umb]\d{1,12}$/;
const accountOf = (text: unknown, kind: RegExp): string | null =>
  typeof text === 'string' && accountName.test(text) && kind.test(text) ? text : null;

/** The account that keys an operation and its answer. */
export function keyOf(request: Request): string {
  if (request.kind === 'payment') return request.payer;
  if (request.kind === 'add_money') return request.wallet;
  return request.kind === 'refund' ? request.merchant : request.user;
}

/** ₹10 crore: far beyond any payment, and sums of many stay safe integers. */
const maxPaise = 10_000_000_000;
