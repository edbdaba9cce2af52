import type { Domain } from '../domains/domain.ts';
import { sqlText } from '../domains/sql.ts';
import type { DrillRecord } from '../history/drill-record.ts';
import type { History } from '../history/reader.ts';
import { dropByOp, makeByOp } from './by-op.ts';
import { oneInOf, storeLags } from './clocks.ts';
import { makeDrillTables } from './drill-table.ts';
import { setAsideWhatIsLate } from './ends.ts';
import { fillOps, settleAmbiguous } from './fill-ops.ts';
import { slices } from './slices.ts';
import { fillUnfit, nobodysDecisions, unfitTable } from './unfit.ts';
import { fillNobodys, unsubmittedTables } from './unsubmitted.ts';

/**
 * The judge's own tables, made once from the history; every objective and invariant reads these.
 *
 * - `ops`: one row an operation that the generator planned.
 *   op; kind, key, other_key, phase (ENUMs: compare with text); quantity; amount_paise; subject_op; favoured (of the class that is turned away last);
 *   planned_at, sent_at (first attempt);
 *   submitted (in the read-back input log); appended_at (the first attempt there);
 *   consumed (some attempt was consumed by every group), settled (every attempt was); where the pipeline's books still hold
 *   something open, what has no answer is not consumed, and nothing is settled;
 *   answer, decided_at (of the first decision by (decided_at, partition, offset), what takes an answer back aside; `shed` where a visitor
 *   was told so and it is not in the log);
 *   degraded (some decision of it that takes nothing back was made in any mode but the full one);
 *   ambiguous (distinct answers, those aside that take back); revoked_at (when the first took it back);
 *   repeats (decisions beyond the first, those aside that take back);
 *   odd (some decision of it is under another key, in an unknown mode, or without a word: `unfit` says which);
 *   effects (rows that moved something), moved (the sum of their deltas), last_effect_at, elsewhere (some of them is on a key that
 *   is not the operation's);
 *   clock_error (µs beyond what clocks may differ by; null or ≤ 0 is none);
 *   lost_acks (attempts acknowledged and not in the log), false_failures (attempts that failed for sure and are in the log):
 *   of what was written by the generator itself; what visitors were told is compared by answers-agree.
 * - `subjects`: submitted operations that are about another: o.* as above of the operation, and of the other
 *   subject_kind, subject_key, subject_quantity, subject_settled, subject_answer, subject_decided_at, subject_revoked_at, subject_submitted.
 * - `unfit`: answers that are none of those agreed; see judge/unfit.ts.
 * - `phantoms`, `stray_effects`, `foreign_ops`, `foreign_keys`: what nobody or somebody else submitted; see judge/unsubmitted.ts.
 * - `totals`: submitted operations summed by (key, kind, answer, revoked, consumed, settled): n, units.
 * - `keys`: key, opening, available (the truth after; null where it has no row), shown (by the read model after; null where it has none),
 *   name, price_paise.
 * - `drill`: one row: load_ended_at, drained_at (null: never), closed_at, waiting (records of internal topics that some group
 *   had not consumed), read_model (null: none), staleness (µs), audits (the names of the target's),
 *   story_began_at (the end of the warm-up, µs), time_scale.
 */
export async function makeTables(history: History, domain: Domain, opsInSlice = defaultOpsInSlice): Promise<void> {
  const { drill } = history;
  await setAsideWhatIsLate(history);
  await makeTypes(history, domain, drill);
  await makeKeys(history, drill);
  await makeDrillTables(history);
  await history.run(emptyTables);
  if (domain.sliced !== undefined) await history.run(domain.sliced.tables);
  const { conditions, operations } = await slices(history, opsInSlice);
  const isSliced = conditions.length > 1;
  await makeByOp(history, domain, isSliced);
  for (const slice of conditions) {
    await fillOps(history, domain, slice, isSliced);
    await settleAmbiguous(history, domain, slice);
    await fillUnfit(history, domain, slice);
    if (domain.sliced !== undefined) await history.run(domain.sliced.fill(slice));
  }
  const lags = storeLags(oneInOf(operations), history.tables.has('requests'));
  for (const sql of [dropByOp(isSliced), lags, nobodysDecisions, subjectsSql, totalsSql]) await history.run(sql);
  await fillNobodys(history);
}

/** Operations per slice: memory use stays the same however long the drill was. */
const defaultOpsInSlice = 500_000;

const union = (queries: readonly string[]): string => queries.join(' UNION ');

const literals = (values: readonly string[]): string => `SELECT unnest([${values.map(sqlText).join(', ')}]) AS v`;

async function makeTypes(history: History, domain: Domain, drill: DrillRecord): Promise<void> {
  const { byKind, takenBack, shed } = domain.answers;
  const types = {
    kind_name: [
      literals([domain.primaryKind, ...domain.companionKinds]),
      'SELECT kind FROM operations WHERE kind IS NOT NULL',
    ],
    answer_name: [
      literals([...Object.values(byKind).flat(), takenBack, shed]),
      'SELECT answer FROM decisions WHERE answer IS NOT NULL',
    ],
    phase_name: [
      literals(['', ...drill.phases.map(({ name }) => name)]),
      'SELECT phase FROM operations WHERE phase IS NOT NULL',
    ],
    key_name: [
      literals(['']),
      'SELECT key FROM operations WHERE key IS NOT NULL',
      'SELECT other_key FROM operations WHERE other_key IS NOT NULL',
      'SELECT key FROM balances WHERE key IS NOT NULL',
      'SELECT key FROM catalogue WHERE key IS NOT NULL',
    ],
  };
  for (const [name, queries] of Object.entries(types)) {
    await history.run(`CREATE TYPE ${name} AS ENUM (SELECT v FROM (${union(queries)}) ORDER BY v)`);
  }
}

async function makeKeys(history: History, drill: DrillRecord): Promise<void> {
  const isShown = drill.target.readModel === null ? 'false' : `store = ${sqlText(drill.target.readModel.name)}`;
  await history.run(`
    CREATE TABLE keys AS
    WITH balance AS (
      SELECT key::key_name AS key,
        sum(available) FILTER (moment = 'before' AND NOT (${isShown}))::BIGINT AS opening,
        sum(available) FILTER (moment = 'after' AND NOT (${isShown}))::BIGINT AS available,
        sum(available) FILTER (moment = 'after' AND (${isShown}))::BIGINT AS shown
      FROM balances WHERE key IS NOT NULL GROUP BY 1
    ), named AS (
      SELECT key::key_name AS key, min(name) AS name, min(price_paise) AS price_paise
      FROM catalogue WHERE key IS NOT NULL GROUP BY 1
    )
    SELECT key, opening, available, shown, name, price_paise FROM balance FULL JOIN named USING (key)`);
}

const emptyTables = `
  CREATE TABLE ops (op BIGINT, kind kind_name, key key_name, other_key key_name, phase phase_name, quantity INTEGER,
    amount_paise BIGINT, subject_op BIGINT, favoured BOOLEAN, planned_at BIGINT, sent_at BIGINT, submitted BOOLEAN, appended_at BIGINT, consumed BOOLEAN,
    settled BOOLEAN, answer answer_name, decided_at BIGINT, degraded BOOLEAN, ambiguous BOOLEAN, revoked_at BIGINT, repeats INTEGER,
    effects INTEGER, moved BIGINT, last_effect_at BIGINT, elsewhere BOOLEAN, odd BOOLEAN, clock_error BIGINT, lost_acks INTEGER, false_failures INTEGER);
  ${unsubmittedTables};
  ${unfitTable}`;

const subjectsSql = `
  CREATE TABLE subjects AS
  SELECT o.*, s.kind AS subject_kind, s.key AS subject_key, s.quantity AS subject_quantity,
    coalesce(s.settled, false) AS subject_settled, s.answer AS subject_answer,
    s.decided_at AS subject_decided_at, s.revoked_at AS subject_revoked_at, coalesce(s.submitted, false) AS subject_submitted
  FROM (SELECT * FROM ops WHERE subject_op IS NOT NULL AND submitted) o LEFT JOIN ops s ON s.op = o.subject_op`;

const totalsSql = `
  CREATE TABLE totals AS
  SELECT key, kind, answer, revoked_at IS NOT NULL AS revoked, consumed, settled, count(*) AS n, sum(quantity)::BIGINT AS units
  FROM ops WHERE submitted GROUP BY ALL`;
