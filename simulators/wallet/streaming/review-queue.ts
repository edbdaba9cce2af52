import type { Message } from '../../worker/decision-sender.ts';
import type { Move } from './ledger/decide.ts';

/** A payment that was let through in crisis mode, as it stands in `detailed-processing-queue` (source 4492-4500). */
export const toReviewMessage = ({ op, debit, credit, paise }: Move): Message => ({
  key: debit,
  value: `{"paymentId":"${op}","payer":"${debit}","payee":"${credit}","paise":${paise}}`,
});
