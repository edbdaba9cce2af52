import type { Decision } from 'toofan';

/** The outcome of an operation, as the ledger stores it and as customers are told it. */
interface Verdict {
  readonly answer: 'success' | 'declined' | 'blocked' | 'rejected' | 'registered';
  readonly reason: string | null;
  readonly mode: Decision['mode'];
}

const full = (answer: Verdict['answer'], reason: string | null = null): Verdict => ({ answer, reason, mode: 'full' });
const degraded = (answer: Verdict['answer'], reason: string): Verdict => ({ answer, reason, mode: 'degraded' });

/** By number in `transfers.answer`. */
const verdicts = [
  full('success'),
  degraded('success', 'basic fraud rule, details later'),
  full('declined', 'not enough money'),
  full('blocked', 'fraud'),
  degraded('blocked', 'basic fraud rule'),
  full('rejected', 'no such account'),
  full('registered'),
  full('rejected', 'there is such an account'),
  full('declined', 'no such payment, or refunded'),
  full('declined', 'declined by the bank'),
] as const satisfies readonly Verdict[];

/** The number of a verdict. */
export type Code = number;
export const code = {
  success: 0,
  successDegraded: 1,
  noFunds: 2,
  blocked: 3,
  blockedDegraded: 4,
  noAccount: 5,
  registered: 6,
  accountTaken: 7,
  notRefundable: 8,
  bankDeclined: 9,
} as const;

/** Only these moved money. */
export const isSuccess = (stored: Code): boolean => stored === code.success || stored === code.successDegraded;

export function verdictOf(stored: Code): Verdict {
  const verdict = verdicts[stored];
  if (verdict === undefined) throw new Error(`transfers.answer holds ${stored}, which is not an answer code`);
  return verdict;
}
