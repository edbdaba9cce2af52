import type { Invariant } from '../../domain.ts';
import { answerFits } from '../../invariants/answer-fits.ts';
import { noPhantomDecision } from '../../invariants/no-phantom-decision.ts';
import { oneAnswer } from '../../invariants/one-answer.ts';
import { approvedImpostors, approvedIsRight } from './approved-is-right.ts';
import { effectFits } from './effect-fits.ts';
import { kycNoneDropped } from './kyc-none-dropped.ts';
import { rejectedGenuine, rejectedIsRight } from './rejected-is-right.ts';
import { reviewBelowThreshold } from './review-below-threshold.ts';
import { reviewRecorded } from './review-recorded.ts';

/** What an identity check promises, in the order in which to look. */
export const invariants: readonly Invariant[] = [
  kycNoneDropped,
  approvedIsRight,
  rejectedIsRight,
  reviewBelowThreshold,
  reviewRecorded,
  effectFits,
  oneAnswer('answered-once', { harm: '1' }),
  answerFits({ harm: '1' }),
  noPhantomDecision,
];

export const wrong = `SELECT op FROM (${approvedImpostors}) UNION SELECT op FROM (${rejectedGenuine})`;
