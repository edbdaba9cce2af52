import type { ImpactFigure } from '../domain.ts';
import { letThrough } from './invariants/blocked-stays-blocked.ts';
import { falseBlocks } from './invariants/no-false-block.ts';
import { falseDeclines } from './invariants/no-false-decline.ts';

/** One kind of damage: how many operations, and how much money. */
function damage(name: string, label: string, from: string, paise: string, formula: string): ImpactFigure[] {
  return [
    {
      name: `${name}Paise`,
      label,
      unit: 'paise',
      sql: `SELECT coalesce(sum(${paise}), 0)::BIGINT AS value FROM ${from}`,
      formula,
      harm: true,
    },
    {
      name: `${name}Operations`,
      label,
      unit: 'operations',
      sql: `SELECT count(*) AS value FROM ${from}`,
      formula: `count of these`,
      harm: true,
    },
  ];
}

/** Share of the submitted payments with this answer. */
const shareOf = (name: string, label: string, answers: readonly string[], formula: string): ImpactFigure => ({
  name: `${name}Share`,
  label,
  unit: 'share',
  sql: `SELECT coalesce(count(*) FILTER (answer IN (${answers.map((one) => `'${one}'`).join(', ')})) / nullif(count(*), 0), 0)::DOUBLE AS value
    FROM ops WHERE submitted AND kind = 'payment'`,
  formula: `${formula} ÷ payments submitted`,
  harm: false,
});

/** What went wrong, in operations and rupees; whole drill, warm-up included. */
export const impact: readonly ImpactFigure[] = [
  ...damage(
    'toldFailedMoved',
    'answered as failed but moved',
    `(SELECT paise FROM faulty WHERE fault = 'moved')`,
    'paise',
    'per operation not answered success, the largest amount that left or reached an account',
  ),
  ...damage(
    'lost',
    'lost',
    `(SELECT -paise AS paise FROM imbalances WHERE NOT excused AND paise < 0)`,
    'paise',
    'per operation, what left an account and reached none after the drain',
  ),
  ...damage(
    'made',
    'created from nothing',
    `(SELECT paise FROM imbalances WHERE NOT excused AND paise > 0)`,
    'paise',
    'per operation, what reached an account and left none',
  ),
  ...damage(
    'movedAgain',
    'moved more than once',
    `(SELECT (times - 1) * amount_paise AS paise FROM faulty WHERE fault = 'repeated')`,
    'paise',
    'per operation, its amount × every debit, credit or reversal beyond the first',
  ),
  ...damage(
    'refundedWrongly',
    'refunded wrongly',
    'wrong_refunds',
    'amount_paise',
    'refunds that moved money for payments that failed, belonged to others, were smaller or were already refunded',
  ),
  ...damage(
    'mules',
    'let through for mules',
    `(${letThrough})`,
    'amount_paise',
    'payments by mules, or answered blocked, that moved money',
  ),
  ...damage(
    'declinedWrongly',
    'declined with sufficient funds',
    `(SELECT amount_paise AS paise FROM (${falseDeclines}))`,
    'paise',
    'amounts declined though the payer had them from arrival to answer',
  ),
  ...damage(
    'blockedWrongly',
    'wrongly blocked as fraud',
    `(${falseBlocks})`,
    'amount_paise',
    'payments answered blocked whose payer is no mule',
  ),
  ...damage(
    'unanswered',
    'never answered',
    `(SELECT amount_paise FROM ops, drill WHERE submitted AND consumed AND waiting = 0 AND answer IS NULL)`,
    'amount_paise',
    'operations of any kind consumed but not answered',
  ),
  {
    name: 'inFlightPaise',
    label: 'in flight at the end',
    unit: 'paise',
    sql: `SELECT coalesce(-sum(paise), 0)::BIGINT AS value FROM imbalances WHERE excused AND paise < 0`,
    formula: 'what had left an account and not yet arrived when the wait ended, and may still arrive',
    harm: false,
  },
  {
    name: 'paidPaise',
    label: 'paid',
    unit: 'paise',
    sql: `SELECT coalesce(sum(amount_paise), 0)::BIGINT AS value FROM ops WHERE submitted AND kind = 'payment' AND answer = 'success'`,
    formula: 'payments answered success',
    harm: false,
  },
  shareOf('paid', 'paid', ['success'], 'payments answered success'),
  shareOf(
    'declined',
    'declined',
    ['declined', 'blocked'],
    'payments declined for insufficient funds or blocked as fraud,',
  ),
  shareOf(
    'failed',
    'failed',
    ['failed', 'shed', 'rejected'],
    'payments that failed for technical reasons, were shed or rejected,',
  ),
];
