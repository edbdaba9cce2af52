import type { History } from '../history/reader.ts';

/**
 * What happened to operations that nobody submitted, and to those that another producer submitted.
 *
 * - `phantoms`: decisions on operations that are not in the input log: op, key (text), answer, decided_at.
 * - `stray_effects`: effects of such operations, and (op null) effects without an operation: op, key (text), rows.
 * - `foreign_ops`: op, in the log but never sent by this drill. `foreign_keys`: key (text) of their decisions and effects: what
 * such keys add up to is unknown.
 * - `appended_again`: op, n: operations that are in the log more than once, and how often.
 */
export const unsubmittedTables = `
  CREATE TABLE phantoms (op BIGINT, key VARCHAR, answer VARCHAR, decided_at BIGINT);
  CREATE TABLE stray_effects (op BIGINT, key VARCHAR, "rows" BIGINT);
  CREATE TABLE foreign_ops (op BIGINT); CREATE TABLE foreign_keys (key VARCHAR);
  CREATE TABLE appended_again (op BIGINT, n BIGINT)`;

/** Checks one slice, through its temporary tables, once `ops` holds it. There is rarely anything, so it counts first. */
export async function fillUnsubmitted(history: History, slice: string): Promise<void> {
  const [found] = await history.rows<{ appended: number; decided: number; moved: number }>(`
    SELECT (SELECT count(*) FROM slice_appends) - count(*) AS appended,
      (SELECT count(*) FROM slice_decisions) - count(coalesce(decided_at, revoked_at)) AS decided,
      (SELECT count(*) FROM slice_effects) - count(*) FILTER (effects > 0) AS moved
    FROM ops WHERE submitted AND ${slice}`);
  // Operations sent several times are in the log several times; if none was, each row of the slice is an operation's only one.
  const isOnceEach = found?.appended === 0;
  await history.run(`
    INSERT INTO appended_again
    ${isOnceEach ? 'SELECT op, copies FROM slice_appends WHERE copies > 1' : 'SELECT op, sum(copies) AS n FROM slice_appends WHERE op IS NOT NULL GROUP BY op HAVING n > 1'}`);
  if (!isOnceEach)
    await history.run(`
      INSERT INTO foreign_ops
      SELECT DISTINCT op FROM slice_appends ANTI JOIN (SELECT op FROM ops WHERE ${slice}) o USING (op) WHERE op IS NOT NULL`);
  if (found?.decided !== 0)
    await history.run(`
      INSERT INTO phantoms
      SELECT op, min(key), arg_min(answer, (decided_at, "partition", "offset", answer)), min(decided_at)
      FROM (SELECT * FROM decisions WHERE ${slice}) d
      WHERE op IN (SELECT op FROM slice_decisions ANTI JOIN slice_appends USING (op)) GROUP BY op`);
  if (found?.moved !== 0)
    await history.run(`
      INSERT INTO stray_effects
      SELECT op, min(key), count(*) FROM (SELECT * FROM effects WHERE delta IS DISTINCT FROM 0 AND ${slice}) e
      WHERE op IN (SELECT op FROM slice_effects ANTI JOIN slice_appends USING (op)) GROUP BY op`);
}

/** Effects without an operation, and effects of other producers' operations, fall into no slice: once for the whole history. */
export async function fillNobodys(history: History): Promise<void> {
  await history.run('INSERT INTO stray_effects SELECT NULL, key, count(*) FROM effects WHERE op IS NULL GROUP BY key');
  if ((await foreignOps(history)).n === 0) return;
  await history.run(`
    INSERT INTO foreign_keys
    SELECT key FROM decisions WHERE op IN (FROM foreign_ops) AND key IS NOT NULL
    UNION SELECT key FROM effects WHERE op IN (FROM foreign_ops) AND key IS NOT NULL`);
}

async function foreignOps(history: History): Promise<{ readonly n: number; readonly first: number | null }> {
  const [found] = await history.rows<{ n: number; first: number | null }>(
    'SELECT count(*) AS n, min(op) AS "first" FROM foreign_ops',
  );
  return found ?? { n: 0, first: null };
}

/** Why another producer's operations put a drill in doubt; empty if there were none. */
export async function foreignDoubts(history: History): Promise<string[]> {
  const { n, first } = await foreignOps(history);
  if (n === 0) return [];
  return [
    `${n} operation${n === 1 ? ' is' : 's are'} in the input log that this drill never sent (op ${first}${n === 1 ? '' : ' first'}): another producer writes to it`,
  ];
}
