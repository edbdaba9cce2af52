import type { ImpactFigure } from '../domain.ts';
import { approvedImpostors } from './invariants/approved-is-right.ts';
import { sqlList } from '../sql.ts';
import { legs } from './legs.ts';

const spentOn = (names: readonly string[], more = 'true'): string =>
  `SELECT coalesce(sum(amount_paise), 0)::BIGINT AS value FROM effects WHERE leg IN ${sqlList(names)} AND ${more}`;

/** Days of the story: one is 86,400 s of it, and the drill covers as many as its load lasts, without the warm-up. */
const callsADay = `
  SELECT coalesce(round(sum(amount_paise) / any_value((load_ended_at - story_began_at) * time_scale / 86400e6)), 0)::BIGINT AS value
  FROM effects, drill WHERE leg IN ${sqlList(legs.calls)}
    AND op IN (SELECT op FROM ops WHERE planned_at >= (SELECT story_began_at FROM drill))`;

/** What it cost and what went wrong; whole drill, warm-up included. */
export const impact: readonly ImpactFigure[] = [
  {
    name: 'wronglyApprovedImpostors',
    label: 'impostors approved',
    unit: 'impostors',
    sql: `SELECT count(*) AS value FROM (${approvedImpostors})`,
    formula: 'applications approved with the documents of another person',
    harm: true,
  },
  {
    name: 'callsPaise',
    label: 'spent on calls',
    unit: 'paise',
    sql: spentOn(legs.calls),
    formula: 'calls made × ₹0.50 (Aadhaar), ₹5 (PAN), ₹2 (face), ₹1 (address); every retry is paid for (722-728)',
    harm: false,
  },
  {
    name: 'callsADayPaise',
    label: 'spent on calls per story day',
    unit: 'paise',
    sql: callsADay,
    formula:
      'cost of calls for operations planned after the warm-up ÷ story days of that load. In the source, ₹50,000 a day become ' +
      '₹25 lakh (1956), which is ₹5 per application at 10,000 and 500,000 a day; its own ₹8.50 (722-728) make ₹85,000 and ₹42.5 lakh',
    harm: false,
  },
  {
    name: 'reviewsPaise',
    label: 'spent on reviews',
    unit: 'paise',
    sql: spentOn([legs.reviewed]),
    formula: 'applications reviewed × ₹200 (744-746)',
    harm: false,
  },
  {
    name: 'owedReviews',
    label: 'reviews outstanding',
    unit: 'reviews',
    sql: `SELECT (count(*) FILTER (leg = '${legs.review}') - count(*) FILTER (leg = '${legs.reviewed}'))::BIGINT AS value FROM effects`,
    formula: 'applications in the manual review queue at the end',
    harm: false,
  },
  {
    name: 'approvedShare',
    label: 'approved',
    unit: 'share',
    sql: `SELECT coalesce(count(*) FILTER (answer = 'approved') / nullif(count(*), 0), 0)::DOUBLE AS value FROM ops WHERE submitted`,
    formula: 'applications approved ÷ applications submitted',
    harm: false,
  },
];
