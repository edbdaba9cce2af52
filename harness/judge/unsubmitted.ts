import type { History } from '../history/reader.ts';

/**
 * What came of operations that nobody submitted, and of those that somebody else did.
 *
 * - `phantoms`: decisions on what is not in the input log: op, key (text), answer, decided_at.
 * - `stray_effects`: effects of what is not in it, and (op null) those that name no operation: op, key (text), rows.
 * - `foreign_ops`: op, in the log and never sent by this drill: whoever wrote it may have had it decided. `foreign_keys`: key (text), of
 *   what was decided or booked of these: what it adds up to is not known.
 * - `appended_again`: op, n: what is in the log several times, and how often.
 */
export const unsubmittedTables = `
  CREATE TABLE phantoms (op BIGINT, key VARCHAR, answer VARCHAR, decided_at BIGINT);
  CREATE TABLE stray_effects (op BIGINT, key VARCHAR, "rows" BIGINT);
  CREATE TABLE foreign_ops (op BIGINT); CREATE TABLE foreign_keys (key VARCHAR);
  CREATE TABLE appended_again (op BIGINT, n BIGINT)`;

/** Looks at one slice, by its temporary tables, once `ops` holds it. Hardly ever there is anything: it is counted first. */
export async function fillUnsubmitted(history: History, slice: string): Promise<void> {
  const [found] = await history.rows<{ appended: number; decided: number; moved: number }>(`
    SELECT (SELECT count(*) FROM slice_appends) - count(*) AS appended,
      (SELECT count(*) FROM slice_decisions) - count(coalesce(decided_at, revoked_at)) AS decided,
      (SELECT count(*) FROM slice_effects) - count(*) FILTER (effects > 0) AS moved
    FROM ops WHERE submitted AND ${slice}`);
  // What was sent several times is in the log several times, too; where nothing was, each row of the slice is an operation's only one.
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

/** Effects that name no operation fall into no slice: once for the whole history, as is what was booked of others' operations. */
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

/** Why somebody else's operations leave a drill in doubt; none where there were none. */
export async function foreignDoubts(history: History): Promise<string[]> {
  const { n, first } = await foreignOps(history);
  if (n === 0) return [];
  return [
    `${n} operation${n === 1 ? ' is' : 's are'} in the input log that this drill never sent (op ${first}${n === 1 ? '' : ' first'}): another producer writes to it`,
  ];
}
