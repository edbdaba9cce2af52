import type { Domain } from '../domains/domain.ts';
import type { History } from '../history/reader.ts';
import type { InvariantResult } from './judgement.ts';
import type { ToldOperation } from './told-operation.ts';

/** For each broken invariant the report lists the operations of this many examples, and this many of each. */
const toldExamples = 10;
export const toldOfEach = 6;

/** The operations named by the first counterexamples, by time: what was asked, what was answered, and what was left then. */
export async function toldOperations(
  history: History,
  { measure }: Domain,
  invariants: readonly InvariantResult[],
): Promise<ToldOperation[]> {
  const ops = new Set(
    invariants.flatMap(({ examples }) =>
      examples.slice(0, toldExamples).flatMap((example) => example.ops.slice(0, toldOfEach)),
    ),
  );
  if (ops.size === 0) return [];
  const asked = { units: 'quantity', paise: 'amount_paise' } as const;
  return history.rows<ToldOperation>(`
    WITH told AS (
      SELECT op, kind::VARCHAR AS kind, key, ${measure === undefined ? 'NULL' : asked[measure]} AS asked, coalesce(appended_at, planned_at) AS "at",
        answer::VARCHAR AS answer, decided_at
      FROM ops WHERE op IN (${[...ops].join(', ')})
    ), moves AS (
      -- In the order of their versions; nobody knows what was left where one has none.
      SELECT op, key, version, CASE WHEN bool_and(version IS NOT NULL) OVER (PARTITION BY key)
        THEN sum(delta) OVER (PARTITION BY key ORDER BY version, committed_at, op ROWS UNBOUNDED PRECEDING) END AS moved
      FROM effects WHERE delta IS DISTINCT FROM 0 AND key IN (SELECT key::VARCHAR FROM told)
    ), last_moves AS (
      SELECT op, key, arg_max(moved, version)::BIGINT AS moved FROM moves GROUP BY op, key
    )
    SELECT told.op, kind, told.key::VARCHAR AS key, name, asked::BIGINT AS asked, "at", answer, decided_at AS "decidedAt",
      ${measure === undefined ? 'NULL' : 'opening + moved'} AS "left"
    FROM told LEFT JOIN keys USING (key) LEFT JOIN last_moves m ON m.op = told.op AND m.key = told.key::VARCHAR
    ORDER BY "at", told.op`);
}
