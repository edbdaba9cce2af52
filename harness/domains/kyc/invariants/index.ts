import type { Invariant } from '../../domain.ts';
import { answeredOnce } from './answered-once.ts';
import { approvedImpostors, approvedIsRight } from './approved-is-right.ts';
import { kycNoneDropped } from './kyc-none-dropped.ts';
import { noPhantomDecision } from './no-phantom-decision.ts';
import { rejectedGenuine, rejectedIsRight } from './rejected-is-right.ts';
import { reviewBelowThreshold } from './review-below-threshold.ts';
import { reviewRecorded } from './review-recorded.ts';

/** What whoever verifies identities promises, in the order that a reader should look. */
export const invariants: readonly Invariant[] = [
  kycNoneDropped,
  approvedIsRight,
  rejectedIsRight,
  reviewBelowThreshold,
  reviewRecorded,
  answeredOnce,
  noPhantomDecision,
];

export const wrong = `SELECT op FROM (${approvedImpostors}) UNION SELECT op FROM (${rejectedGenuine})`;
