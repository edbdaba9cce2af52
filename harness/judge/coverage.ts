import { sqlText } from '../domains/sql.ts';
import type { History } from '../history/reader.ts';

/** Sampling intervals in ms of the probes that do not sample five times a second. */
const beatMs: Readonly<Record<string, number>> = { audit: 1_000 };
const usualBeatMs = 200;
/**
 * A sample stays valid for this many intervals: 2.5 s for a probe that samples five times a second, as for alerts. A probe may
 * take a second to notice that a store is down, and a busy machine may delay it.
 */
const beatsAtMost = 12.5;

interface Watched {
  readonly probe: string;
  /**
   * The subjects that must have been sampled, in addition to those that were; undefined if all subjects of the probe count as
   * one.
   */
  readonly subjects?: readonly string[];
  /** µs since the epoch. */
  readonly from: number;
  readonly to: number;
}

/**
 * The longest gap in a probe's samples of a subject, in words; null if no gap was too long. A subject that was seen down (`up` 0,
 * its own or a store's) counts as sampled.
 */
export async function gapIn(history: History, { probe, subjects, from, to }: Watched): Promise<string | null> {
  if (!(to > from)) return null;
  const isOne = subjects === undefined;
  const most = (beatMs[probe] ?? usualBeatMs) * beatsAtMost * 1000;
  const named = (subjects ?? []).map((subject) => `SELECT ${sqlText(subject)} AS subject UNION ALL `).join('');
  const within = `"at" BETWEEN ${from} AND ${to}`;
  const [worst] = await history.rows<{ subject: string; gap: number; looks: number }>(`
    WITH seen AS (
      SELECT ${isOne ? "''" : "coalesce(subject, '')"} AS subject, "at" FROM samples
      WHERE probe = ${sqlText(probe)} AND value IS NOT NULL AND ${within}
    ), expected AS (
      ${named}SELECT ${isOne ? "''" : 'DISTINCT subject'} AS subject ${isOne ? '' : 'FROM seen'}
    ), down AS (
      SELECT subject AS of, "at", ${isStore} AS is_store FROM samples WHERE probe = 'up' AND value = 0 AND ${within}
    ), marks AS (
      SELECT subject, "at" FROM seen
      UNION ALL SELECT subject, "at" FROM expected, down WHERE of = subject OR is_store
      UNION ALL SELECT subject, unnest([${from}, ${to}]) FROM expected
    ), gaps AS (
      SELECT subject, "at" - lag("at") OVER (PARTITION BY subject ORDER BY "at") AS gap FROM marks
    )
    SELECT subject, gap, looks
    FROM (SELECT subject, max(gap) AS gap FROM gaps GROUP BY subject)
      JOIN (SELECT expected.subject, count(seen."at") AS looks FROM expected LEFT JOIN seen USING (subject) GROUP BY 1) USING (subject)
    ORDER BY looks > 0, gap DESC, subject LIMIT 1`);
  if (worst === undefined || (worst.looks > 0 && worst.gap <= most)) return null;
  const whose = worst.subject === '' ? '' : ` of ${worst.subject}`;
  const gap = (worst.gap / 1e6).toFixed(1);
  return worst.looks === 0
    ? `the probe ${probe} has no sample${whose}`
    : `the probe ${probe} has a gap of ${gap} s${whose}, longer than the ${most / 1e6} s allowed`;
}

/** Condition on `samples`: about a store, by the names that probes give it. */
export const isStore = `(subject IN ('kafka', 'redis') OR subject LIKE 'postgres:%')`;

/** `audit_gaps`: audit, reason; one row for each audit of the target with a gap between the first phase and the end of the drain. */
export async function makeAuditGaps(history: History): Promise<void> {
  const { phases, loadEndedAt, drainedAt, target } = history.drill;
  const from = Math.min(loadEndedAt, ...phases.map(({ startsAt }) => startsAt));
  await history.run('CREATE TABLE audit_gaps (audit VARCHAR, reason VARCHAR)');
  const asked = await history.rows<{ audit: string }>(
    `SELECT DISTINCT subject AS audit FROM samples WHERE probe = 'audit' AND value IS NOT NULL`,
  );
  for (const audit of target.audits ?? []) {
    const isAsked = asked.some((one) => one.audit === audit);
    const gap = isAsked
      ? await gapIn(history, { probe: 'audit', subjects: [audit], from, to: drainedAt ?? loadEndedAt })
      : `never sampled: the audit ${audit}`;
    if (gap !== null) await history.run(`INSERT INTO audit_gaps VALUES (${sqlText(audit)}, ${sqlText(gap)})`);
  }
}
