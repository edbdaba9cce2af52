import type { ImpactFigure } from '../domain.ts';
import { soldBeyondStock } from './invariants/no-oversell.ts';

const oversold = `(SELECT excess, excess * coalesce(price_paise, 0) AS paise FROM (${soldBeyondStock}))`;
/** More cannot have been sold than was left, however many were refused. */
const refused = `(
  SELECT least(units, left_over) AS units, least(units, left_over) * coalesce(price_paise, 0) AS paise
  FROM (SELECT key, sum(quantity) AS units, greatest(any_value(available), 0) AS left_over FROM refused_wrongly GROUP BY key)
  JOIN keys USING (key))`;
const revoked = `(SELECT quantity * coalesce(price_paise, 0) AS paise FROM ops LEFT JOIN keys USING (key) WHERE submitted AND revoked_at IS NOT NULL)`;
const confirmed = `(
  SELECT quantity, quantity * coalesce(price_paise, 0) AS paise FROM ops LEFT JOIN keys USING (key)
  WHERE submitted AND kind = 'order' AND answer = 'confirmed' AND revoked_at IS NULL)`;

/** ₹200 crore, the revenue that the source expected of an hour of the sale (4087), in paise. */
const expectedPaisePerHour = 200 * 1_00_00_000 * 100;
/** Each second of the drill stands for `time_scale` seconds of the story, and loses its share that was not served well. */
const revenueLost = `
  SELECT coalesce(round(sum((planned - correct - degraded) / planned ORDER BY second) * any_value(time_scale) / 3600 * ${expectedPaisePerHour}), 0)::BIGINT AS value
  FROM service, drill WHERE planned > 0 AND "at" >= story_began_at`;

/** What went wrong, in units and rupees; whole drill, warm-up included. */
export const impact: readonly ImpactFigure[] = [
  {
    name: 'oversoldUnits',
    label: 'oversold',
    unit: 'units',
    sql: `SELECT coalesce(sum(excess), 0) AS value FROM ${oversold}`,
    formula: 'per product, units confirmed (not revoked, not given back) beyond opening stock and restocks',
    harm: true,
  },
  {
    name: 'oversoldPaise',
    label: 'oversold',
    unit: 'paise',
    sql: `SELECT coalesce(sum(paise), 0) AS value FROM ${oversold}`,
    formula: 'oversold units × price',
    harm: true,
  },
  {
    name: 'lostSalesUnits',
    label: 'lost sales',
    unit: 'units',
    sql: `SELECT coalesce(sum(units), 0) AS value FROM ${refused}`,
    formula: 'per product, units of orders wrongly refused as sold out, capped at the units left at the end',
    harm: true,
  },
  {
    name: 'lostSalesPaise',
    label: 'lost sales',
    unit: 'paise',
    sql: `SELECT coalesce(sum(paise), 0) AS value FROM ${refused}`,
    formula: 'lost units × price',
    harm: true,
  },
  {
    name: 'brokenPromises',
    label: 'broken promises',
    unit: 'orders',
    sql: `SELECT count(*) AS value FROM ${revoked}`,
    formula: 'orders confirmed, then revoked',
    harm: true,
  },
  {
    name: 'brokenPromisesPaise',
    label: 'broken promises',
    unit: 'paise',
    sql: `SELECT coalesce(sum(paise), 0) AS value FROM ${revoked}`,
    formula: 'units of revoked orders × price',
    harm: true,
  },
  {
    name: 'revenueLostPaise',
    label: 'revenue lost (the source’s model)',
    unit: 'paise',
    sql: revenueLost,
    formula:
      'sum over the drill’s seconds of share of orders not served well × story seconds per drill second ÷ 3,600 × ' +
      '₹200 crore expected per hour. The source’s figures for its own incident: 2.75 h × ₹200 crore × 60 % = ₹330 crore, and ' +
      '₹462 crore including ₹25 crore to win customers back, ₹100 crore of reputation and ₹7 crore of emergency costs (4086–4112)',
    harm: true,
    ofFaults: true,
  },
  {
    name: 'confirmedUnits',
    label: 'confirmed',
    unit: 'units',
    sql: `SELECT coalesce(sum(quantity), 0) AS value FROM ${confirmed}`,
    formula: 'units of orders confirmed and not revoked',
    harm: false,
  },
  {
    name: 'confirmedPaise',
    label: 'confirmed',
    unit: 'paise',
    sql: `SELECT coalesce(sum(paise), 0) AS value FROM ${confirmed}`,
    formula: 'confirmed units × price',
    harm: false,
  },
  {
    name: 'confirmedShare',
    label: 'confirmed',
    unit: 'share',
    sql: `SELECT coalesce(count(*) FILTER (answer = 'confirmed' AND revoked_at IS NULL) / nullif(count(*), 0), 0)::DOUBLE AS value
      FROM ops WHERE submitted AND kind = 'order'`,
    formula: 'orders confirmed and not revoked ÷ orders submitted',
    harm: false,
  },
];
