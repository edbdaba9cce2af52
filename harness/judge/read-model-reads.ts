import { sqlText } from '../domains/sql.ts';
import type { History } from '../history/reader.ts';
import { readModelProbe } from '../history/schema.ts';
import { aheadToleranceMicros } from './clocks.ts';

/**
 * `read_model_reads`: the sampled reads of the target's read model: at (when the value was seen, µs), is_there (whether the key
 * existed), is_right (null if it did not, or if no version orders changes made at several times). A read in [began_at, at] is
 * right if it equals some value that the truth, in version order, had in [began_at − declared staleness, at].
 */
export async function makeReadModelReads(history: History): Promise<void> {
  const { readModel } = history.drill.target;
  const none = 'CREATE TABLE read_model_reads ("at" BIGINT, is_there BOOLEAN, is_right BOOLEAN)';
  const isRead = readModel !== null && history.probes.has(readModelProbe);
  await history.run(!isRead ? none : readsSql(readModel.stalenessMs * 1000));
}

/** Versions of a key are summed in blocks of this size; only blocks that a read may have seen are examined one by one. */
const blockOfVersions = 16;

/**
 * Sorts the changes of a block by version, and those of one version by descending timestamp. One number, so that ties are
 * deterministic: a timestamp fits into 53 bits, a position in the block into seven.
 */
const firstOfBlock = `(version % ${blockOfVersions}) * 9007199254740992 - committed_at`;

/**
 * Value number i of a key holds from its own commit to the commit of the next. Commit timestamps need not rise with the version
 * (they may be taken before the lock), so a value is taken to hold from the first timestamp of its or any later version to the
 * last timestamp of any version up to the next.
 */
const readsSql = (staleness: number): string => `
  CREATE TABLE read_model_reads AS
  WITH reads AS MATERIALIZED (
    SELECT row_number() OVER () AS read, subject::key_name AS key, value,
      -- The sampler has the harness's clock, the truth a store's: the two may be so far apart (see clocks.ts).
      "at", began_at - ${staleness} - store_behind AS since, "at" + CASE WHEN store_ahead > ${aheadToleranceMicros} THEN store_ahead ELSE 0 END AS till
    FROM samples, clocks WHERE probe = ${sqlText(readModelProbe)} AND subject IN (SELECT key::VARCHAR FROM keys)
  ), changes AS (
    SELECT key::key_name AS key, version, version // ${blockOfVersions} AS block, delta, committed_at FROM effects
    WHERE version IS NOT NULL AND key IN (SELECT DISTINCT key::VARCHAR FROM reads)
  ), blocks AS MATERIALIZED (
    SELECT key, block, opens_at, sum(delta) OVER upto - delta AS moved_before,
      max(last_at) OVER before AS last_before, min(first_at) OVER after AS first_after, lead(opens_at) OVER upto AS next_opens_at,
      greatest(last_at, last_before, next_opens_at) AS till, least(first_at, first_after) AS since
    FROM (
      SELECT key, block, sum(delta) AS delta, min(committed_at) AS first_at, max(committed_at) AS last_at,
        arg_min(committed_at, ${firstOfBlock}) AS opens_at
      FROM changes GROUP BY key, block
    ) WINDOW upto AS (PARTITION BY key ORDER BY block),
      before AS (PARTITION BY key ORDER BY block ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
      after AS (PARTITION BY key ORDER BY block ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
  ), seen AS (
    -- The last block of a key holds for ever.
    SELECT * FROM blocks b WHERE EXISTS (
      FROM reads r WHERE r.key = b.key AND b.since <= r.till AND (b.next_opens_at IS NULL OR b.till >= r.since))
  ), steps AS (
    SELECT key, block, version, sum(delta) AS delta, min(committed_at) AS first_at, max(committed_at) AS last_at
    FROM changes SEMI JOIN seen USING (key, block) GROUP BY key, block, version
  ), truth AS (
    SELECT s.key, coalesce(k.opening, 0) + b.moved_before + sum(s.delta) OVER upto AS value,
      least(min(s.first_at) OVER onwards, b.first_after) AS since,
      greatest(max(s.last_at) OVER upto, b.last_before, coalesce(lead(s.last_at) OVER upto, b.next_opens_at)) AS till,
      lead(s.version) OVER upto IS NULL AND b.next_opens_at IS NULL AS is_last
    FROM steps s JOIN seen b USING (key, block) LEFT JOIN keys k ON k.key = s.key
    WINDOW upto AS (PARTITION BY s.key, s.block ORDER BY s.version),
      onwards AS (PARTITION BY s.key, s.block ORDER BY s.version ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
    UNION ALL
    -- The opening balance holds until the first change; for ever where there is none.
    SELECT key, coalesce(opening, 0), NULL, opens_at, opens_at IS NULL FROM keys
    LEFT JOIN (SELECT key, arg_min(opens_at, block) AS opens_at FROM blocks GROUP BY key) USING (key)
    WHERE key IN (SELECT key FROM reads)
  ), right_reads AS (
    SELECT DISTINCT r.read FROM reads r JOIN truth t ON t.key = r.key AND t.value::DOUBLE = r.value
    WHERE (t.since IS NULL OR t.since <= r.till) AND (t.is_last OR t.till >= r.since)
  )
  SELECT "at", value IS NOT NULL AS is_there,
    CASE WHEN read IN (FROM right_reads) THEN true
      WHEN is_there AND key NOT IN (SELECT key FROM steps WHERE first_at < last_at) THEN false END AS is_right
  FROM reads`;
