import type { Message } from '../../worker/decision-sender.ts';
import { idOf, parseObject, wholeWithin } from '../../worker/wire.ts';
import type { Move } from './ledger/decide.ts';

/** A payment that was let through in crisis mode. */
export interface ToReview {
  readonly op: number;
  readonly payer: string;
  readonly payee: string;
  readonly paise: number;
}

/** In the format of `detailed-processing-queue` (source 4487-4500). */
export const toReviewMessage = ({ op, debit, credit, paise }: Move): Message => ({
  key: debit,
  value: `{"paymentId":"${op}","payer":"${debit}","payee":"${credit}","paise":${paise}}`,
});

/** A text explains why it is invalid. */
export function parseToReview(value: string | null): ToReview | string {
  const fields = value === null ? null : parseObject(value);
  const op = idOf(fields?.['paymentId']);
  const paise = wholeWithin(fields?.['paise'], 1, Number.MAX_SAFE_INTEGER);
  const [payer, payee] = [fields?.['payer'], fields?.['payee']];
  if (op === null || paise === null) return 'not a payment to review';
  if (typeof payer !== 'string' || !/^u\d+$/.test(payer) || typeof payee !== 'string') return 'names no accounts';
  return { op, payer, payee, paise };
}
