import type { Invariant } from '../../domain.ts';
import { answerFits } from '../../invariants/answer-fits.ts';
import { everythingAnswered } from '../../invariants/everything-answered.ts';
import { noPhantomDecision } from '../../invariants/no-phantom-decision.ts';
import { oneAnswer } from '../../invariants/one-answer.ts';
import { blockedStaysBlocked, letThrough } from './blocked-stays-blocked.ts';
import { ledgerEqualsBalance } from './ledger-equals-balance.ts';
import { moneyConserved } from './money-conserved.ts';
import { falseBlocks, noFalseBlock } from './no-false-block.ts';
import { falseDeclines, noFalseDecline } from './no-false-decline.ts';
import { noNegativeBalance } from './no-negative-balance.ts';
import { oneEffectPerPayment } from './one-effect-per-payment.ts';
import { reviewComplete } from './review-complete.ts';

export { turnedAway } from './turned-away.ts';
export { sliced, staging } from './staging.ts';

const money = {
  asked: `kind || CASE WHEN amount_paise > 0 THEN ' of ' || rupees(amount_paise) ELSE '' END`,
  harm: 'coalesce(amount_paise, 0) + 1',
};

/** What a wallet promises, in the order in which to look. */
export const invariants: readonly Invariant[] = [
  moneyConserved,
  oneEffectPerPayment,
  noNegativeBalance,
  everythingAnswered('no-lost-payment', money, 'it moved money'),
  noPhantomDecision,
  oneAnswer('answered-once', money),
  answerFits(money),
  noFalseDecline,
  noFalseBlock,
  ledgerEqualsBalance,
  blockedStaysBlocked,
  reviewComplete,
];

/**
 * Answered wrongly: moved otherwise than told, moved though fraudulent, refunded wrongly, declined although the money was there,
 * or blocked although honest. Without an effects table, what moved and what was there is unknown.
 */
export const wrong = `
  SELECT op FROM (
  SELECT op FROM faulty UNION SELECT op FROM imbalances WHERE NOT excused AND answer IS NOT NULL
  UNION SELECT op FROM wrong_refunds UNION SELECT op FROM (${letThrough})
  UNION SELECT op FROM (${falseDeclines})) WHERE EXISTS (FROM effects)
  UNION SELECT op FROM (${falseBlocks})`;
