import type { Domain } from '../domains/domain.ts';
import { sqlText } from '../domains/sql.ts';
import type { History } from '../history/reader.ts';
import { looksOdd } from './unfit.ts';

/**
 * What the log and the stores say of operations, with what `ops` is made of and nothing else: texts are ENUMs here, and null where the
 * history knows no such.
 *
 * - `appends_by_op`: op, attempt, appended_at, consumed (by every group, and nothing is known to be yet to come of it).
 * - `decisions_by_op`: op; answer, decided_at, degraded, null where it takes back an earlier one, which revoked_at tells of instead;
 *   k (key); odd (see unfit.ts).
 * - `effects_by_op`: op, k (key), delta, committed_at, of those that moved something.
 *
 * A history of several slices is sorted: its logs lie partition by partition, its effects anyhow, so that each slice would read
 * nearly all of them again. One of a single slice is read where it lies.
 */
export async function makeByOp(history: History, domain: Domain, isSliced: boolean): Promise<void> {
  const takenBack = sqlText(domain.answers.takenBack);
  const ofStanding = (value: string) => `CASE WHEN a <> ${takenBack} THEN ${value} END`;
  const selects = {
    appends_by_op: `SELECT op, attempt, appended_at, ${await consumed(history)} AS consumed FROM ${consumption(history)}`,
    decisions_by_op: `
      SELECT op, ${ofStanding('a')} AS answer, ${ofStanding('decided_at')} AS decided_at,
        CASE WHEN a = ${takenBack} THEN decided_at END AS revoked_at, ${ofStanding("coalesce(mode, 'full') <> 'full'")} AS degraded,
        k, ${looksOdd(domain)} AS odd
      FROM (SELECT *, answer::answer_name AS a, TRY_CAST(key AS key_name) AS k FROM decisions WHERE op IS NOT NULL)`,
    effects_by_op: `
      SELECT op, TRY_CAST(key AS key_name) AS k, delta, committed_at FROM effects WHERE delta IS DISTINCT FROM 0 AND op IS NOT NULL`,
  };
  for (const [name, select] of Object.entries(selects)) {
    const order = name === 'appends_by_op' ? 'op, attempt' : 'op';
    await history.run(
      isSliced ? `CREATE TABLE ${name} AS ${select} ORDER BY ${order}` : `CREATE TEMP VIEW ${name} AS ${select}`,
    );
  }
}

/** Takes them away once `ops` is filled. */
export const dropByOp = (isSliced: boolean): string =>
  ['appends_by_op', 'decisions_by_op', 'effects_by_op']
    .map((name) => `DROP ${isSliced ? 'TABLE' : 'VIEW'} ${name}`)
    .join('; ');

async function consumed(history: History): Promise<string> {
  const [late] = await history.rows<{ n: number }>('SELECT count(*) AS n FROM unfinished');
  const finished = late?.n === 0 ? '' : ' AND op NOT IN (FROM unfinished)';
  return history.drill.drainedAt === null ? `(coalesce("offset" < cutoff, false)${finished})` : `(true${finished})`;
}

const consumption = ({ drill }: History): string =>
  drill.drainedAt === null ? 'appends LEFT JOIN cutoffs USING (topic, "partition")' : 'appends';

/** Which of these has each of its rows in a slice once: an operation (or its attempt) twice is the exception. */
export interface Once {
  readonly appends: boolean;
  readonly decisions: boolean;
  readonly effects: boolean;
}

/**
 * Looks at neighbours alone: rows that strictly ascend have no two alike. What is not sorted ascends nowhere, so that it is taken for
 * repeated, never for single.
 */
export async function onceEach(history: History, slice: string): Promise<Once> {
  const repeats = (table: string, columns: string, isAlike: string): string => `
    SELECT count(*) FROM (SELECT ${columns} FROM ${table} WHERE ${slice}) WHERE ${isAlike}`;
  const [found] = await history.rows<Record<keyof Once, number>>(`
    SELECT (${repeats('appends_by_op', 'op, attempt, lag(op) OVER () AS o, lag(attempt) OVER () AS t', 'o > op OR (o = op AND coalesce(t >= attempt, true))')}) AS appends,
      (${repeats('decisions_by_op', 'op, lag(op) OVER () AS o', 'o >= op')}) AS decisions,
      (${repeats('effects_by_op', 'op, lag(op) OVER () AS o', 'o >= op')}) AS effects`);
  return { appends: found?.appends === 0, decisions: found?.decisions === 0, effects: found?.effects === 0 };
}
