import type { Domain } from '../domains/domain.ts';
import { sqlText } from '../domains/sql.ts';
import type { DrillRecord } from '../history/drill-record.ts';
import type { History } from '../history/reader.ts';
import { clockToleranceMicros } from '../domains/clocks.ts';
import { fillStoreLags, oneInOf, storeLagsTable } from './clocks.ts';
import { mayHoldAnything, setAsideWhatIsLate } from './ends.ts';
import { slices } from './slices.ts';
import { fillUnfit, looksOdd, nobodysDecisions, unfitTable } from './unfit.ts';
import { fillNobodys, fillUnsubmitted, unsubmittedTables } from './unsubmitted.ts';

/**
 * The judge's own tables, made once from the history; every objective and invariant reads these.
 *
 * - `ops`: one row an operation that the generator planned.
 *   op; kind, key, other_key, phase (ENUMs: compare with text); quantity; amount_paise; subject_op; premium;
 *   planned_at, sent_at (first attempt);
 *   submitted (in the read-back input log); appended_at (the first attempt there);
 *   consumed (some attempt was consumed by every group), settled (every attempt was); where the pipeline's books still hold
 *   something open, what has no answer is not consumed, and nothing is settled;
 *   answer, decided_at (of the first decision by (decided_at, partition, offset), `revoked` aside; `shed` where a visitor was
 *   told so and it is not in the log);
 *   degraded (some decision of it, `revoked` aside, was made in any mode but the full one);
 *   ambiguous (distinct answers, `revoked` aside); revoked_at (the first revocation);
 *   repeats (decisions beyond the first, `revoked` aside);
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
 * - `keys`: key, opening, available (the truth after; null where it has no row), shelf (null where it has none),
 *   name, price_paise.
 * - `drill`: one row: load_ended_at, drained_at (null: never), closed_at, waiting (records of internal topics that some group
 *   had not consumed), read_model (null: none), staleness (µs), audits (the names of the target's),
 *   story_began_at (the end of the warm-up, µs), time_scale.
 */
export async function makeViews(history: History, domain: Domain, opsInSlice = defaultOpsInSlice): Promise<void> {
  const { drill } = history;
  await setAsideWhatIsLate(history);
  await makeTypes(history, domain, drill);
  await makeKeys(history, drill);
  await makeDrill(history, drill);
  await makeCutoffs(history, drill);
  await history.run(`${emptyTables}; ${storeLagsTable}`);
  if (domain.sliced !== undefined) await history.run(domain.sliced.tables);
  const { conditions, operations } = await slices(history, opsInSlice);
  for (const slice of conditions) {
    await fill(history, domain, slice, oneInOf(operations));
    await settleAmbiguous(history, slice);
    await fillUnfit(history, domain, slice);
    if (domain.sliced !== undefined) await history.run(domain.sliced.fill(slice));
  }
  for (const sql of [nobodysDecisions, subjectsSql, totalsSql]) await history.run(sql);
  await fillNobodys(history);
}

/** Operations judged at a time: what a slice needs in memory stays the same however long the drill was. */
const defaultOpsInSlice = 2_000_000;

const union = (queries: readonly string[]): string => queries.join(' UNION ');

const literals = (values: readonly string[]): string => `SELECT unnest([${values.map(sqlText).join(', ')}]) AS v`;

async function makeTypes(history: History, domain: Domain, drill: DrillRecord): Promise<void> {
  const types = {
    kind_name: [
      literals([domain.primaryKind, ...domain.companionKinds]),
      'SELECT kind FROM operations WHERE kind IS NOT NULL',
    ],
    answer_name: [
      literals([...Object.values(domain.answers).flat(), 'revoked', 'shed', 'rejected']),
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
  const shelf = drill.target.readModel === null ? 'false' : `store = ${sqlText(drill.target.readModel.name)}`;
  await history.run(`
    CREATE TABLE keys AS
    WITH balance AS (
      SELECT key::key_name AS key,
        sum(available) FILTER (moment = 'before' AND NOT (${shelf}))::BIGINT AS opening,
        sum(available) FILTER (moment = 'after' AND NOT (${shelf}))::BIGINT AS available,
        sum(available) FILTER (moment = 'after' AND (${shelf}))::BIGINT AS shelf
      FROM balances WHERE key IS NOT NULL GROUP BY 1
    ), named AS (
      SELECT key::key_name AS key, min(name) AS name, min(price_paise) AS price_paise
      FROM catalogue WHERE key IS NOT NULL GROUP BY 1
    )
    SELECT key, opening, available, shelf, name, price_paise FROM balance FULL JOIN named USING (key)`);
}

async function makeDrill(history: History, drill: DrillRecord): Promise<void> {
  const { loadEndedAt, drainedAt, closedAt } = drill;
  const { readModel, audits = [] } = drill.target;
  await history.run(`
    CREATE TABLE drill AS SELECT ${loadEndedAt}::BIGINT AS load_ended_at, ${drainedAt ?? 'NULL'}::BIGINT AS drained_at,
      ${closedAt}::BIGINT AS closed_at, ${waitingInside(drill)}::BIGINT AS waiting,
      [${audits.map(sqlText).join(', ')}]::VARCHAR[] AS audits, ${readModel === null ? 'NULL' : sqlText(readModel.name)}::VARCHAR AS read_model,
      ${(readModel?.stalenessMs ?? 0) * 1000}::BIGINT AS staleness, ${storyBeganAt(drill)}::BIGINT AS story_began_at,
      ${drill.scenario.timeScale}::DOUBLE AS time_scale`);
}

/** Records of internal topics that some group which reads them had not consumed in the end. */
const waitingInside = ({ offsets, drainedAt }: DrillRecord): number =>
  drainedAt !== null
    ? 0
    : offsets
        .filter(({ role }) => role === 'internal')
        .map(({ start, end, committed }) => Math.max(0, ...Object.values(committed).map((at) => end - (at ?? start))))
        .reduce((sum, records) => sum + records, 0);

/** Where story time begins, µs: at the end of the warm-up; at the start of the first phase where there is none. */
export function storyBeganAt({ phases, loadEndedAt }: DrillRecord): number {
  return phases.find(({ warmUp }) => !warmUp)?.startsAt ?? loadEndedAt;
}

/** Per partition of the input topics the offset up to which every group consumed; drained means to the end. */
async function makeCutoffs(history: History, { offsets, drainedAt }: DrillRecord): Promise<void> {
  await history.run('CREATE TABLE cutoffs (topic VARCHAR, "partition" INTEGER, cutoff BIGINT)');
  if (drainedAt !== null) return;
  const rows = offsets
    .filter(({ role }) => role === 'input')
    .map(({ topic, partition, start, committed }) => {
      const groups = Object.values(committed).map((offset) => offset ?? start);
      // Without a group nothing is known to have been consumed.
      return `(${sqlText(topic)}, ${partition}, ${groups.length === 0 ? start : Math.min(...groups)})`;
    });
  if (rows.length > 0) await history.run(`INSERT INTO cutoffs VALUES ${rows.join(', ')}`);
}

const emptyTables = `
  CREATE TABLE ops (op BIGINT, kind kind_name, key key_name, other_key key_name, phase phase_name, quantity INTEGER,
    amount_paise BIGINT, subject_op BIGINT, premium BOOLEAN, planned_at BIGINT, sent_at BIGINT, submitted BOOLEAN, appended_at BIGINT, consumed BOOLEAN,
    settled BOOLEAN, answer answer_name, decided_at BIGINT, degraded BOOLEAN, ambiguous BOOLEAN, revoked_at BIGINT, repeats INTEGER,
    effects INTEGER, moved BIGINT, last_effect_at BIGINT, elsewhere BOOLEAN, odd BOOLEAN, clock_error BIGINT, lost_acks INTEGER, false_failures INTEGER);
  ${unsubmittedTables};
  ${unfitTable}`;

/** Submission, decision and effects of one slice of operations, side by side. */
async function fill(history: History, domain: Domain, slice: string, oneIn: number): Promise<void> {
  const isDrained = history.drill.drainedAt !== null;
  const consumption = isDrained
    ? `SELECT *, true AS consumed FROM appends WHERE ${slice}`
    : `SELECT appends.*, coalesce("offset" < cutoff, false) AS consumed
       FROM appends LEFT JOIN cutoffs USING (topic, "partition") WHERE ${slice}`;
  const [late] = await history.rows<{ n: number }>('SELECT count(*) AS n FROM unfinished');
  const finished = late?.n === 0 ? '' : ' AND op NOT IN (FROM unfinished)';
  await history.run(`
    CREATE OR REPLACE TEMP TABLE slice_appends AS
    SELECT op, attempt, min(appended_at) AS appended_at, bool_or(consumed${finished}) AS consumed, bool_and(consumed${finished}) AS settled
    FROM (${consumption}) GROUP BY op, attempt`);
  await history.run(`
    CREATE OR REPLACE TEMP TABLE slice_decisions AS
    SELECT op, min(a) FILTER (a <> 'revoked') AS answer, max(a) FILTER (a <> 'revoked') AS last_answer,
      min(decided_at) FILTER (a <> 'revoked') AS decided_at, min(decided_at) FILTER (a = 'revoked') AS revoked_at,
      bool_or(is_degraded) FILTER (a <> 'revoked') AS degraded,
      greatest(count(*) FILTER (a <> 'revoked') - 1, 0)::INTEGER AS repeats,
      min(k) AS first_key, max(k) AS last_key, bool_or(is_odd) AS odd
    FROM (SELECT op, a, decided_at, coalesce(mode, 'full') <> 'full' AS is_degraded, k, ${looksOdd(domain)} AS is_odd
      FROM (SELECT *, answer::answer_name AS a, TRY_CAST(key AS key_name) AS k FROM decisions WHERE op IS NOT NULL AND ${slice})
      ${turnedAway(history, slice)}) GROUP BY op`);
  await history.run(`
    CREATE OR REPLACE TEMP TABLE slice_effects AS
    SELECT op, count(*) AS effects, sum(delta)::BIGINT AS moved, max(committed_at) AS last_effect_at,
      min(k) AS effect_key, max(k) AS last_effect_key, count(k) < count(*) AS keyless
    FROM (SELECT *, TRY_CAST(key AS key_name) AS k FROM effects) WHERE delta IS DISTINCT FROM 0 AND op IS NOT NULL AND ${slice} GROUP BY op`);
  await history.run(`
    CREATE OR REPLACE TEMP TABLE slice_repeated AS
    SELECT op FROM operations WHERE ${slice} GROUP BY op HAVING count(*) > 1`);
  await history.run(`
    CREATE OR REPLACE TEMP TABLE slice_visited AS
    SELECT DISTINCT op, attempt, true AS visited FROM requests WHERE op IS NOT NULL AND ${slice}`);
  const visited = history.tables.has('requests');
  const around = { visited, open: mayHoldAnything(history.drill, domain) };
  await history.run(insertOps(slice, 'once', around));
  const [repeated] = await history.rows<{ n: number }>('SELECT count(*) AS n FROM slice_repeated');
  if (repeated?.n !== 0) await history.run(insertOps(slice, 'repeatedly', around));
  await fillUnsubmitted(history, slice);
  await history.run(fillStoreLags(slice, oneIn, visited));
  await history.run(`DROP TABLE slice_appends; DROP TABLE slice_decisions; DROP TABLE slice_effects;
    DROP TABLE slice_repeated; DROP TABLE slice_visited`);
}

/** A visitor who was turned away at the door got the shop's decision there, and none in the log. */
const turnedAway = ({ tables }: History, slice: string): string =>
  tables.has('answers')
    ? `UNION ALL SELECT op, 'shed'::answer_name, min(answered_at), false, NULL, false FROM answers
       WHERE answer = 'shed' AND ${slice} AND op NOT IN (SELECT op FROM slice_appends) GROUP BY op`
    : '';

/**
 * Most operations are sent once, and only those sent repeatedly need be grouped: the same columns either way, of the first
 * attempt where attempts could differ.
 */
function insertOps(
  slice: string,
  sent: 'once' | 'repeatedly',
  { visited, open }: { readonly visited: boolean; readonly open: boolean },
): string {
  const ofGenerator = visited ? 'AND visited IS NULL' : '';
  const all = (aggregate: string, value: string) => (sent === 'once' ? value : `${aggregate}(${value})`);
  const first = (value: string) => (sent === 'once' ? value : `arg_min(${value}, attempt)`);
  return `
    INSERT INTO ops
    WITH planned AS (
      SELECT o.op, ${first('kind::kind_name')} AS kind, ${first('key::key_name')} AS key,
        ${first('other_key::key_name')} AS other_key, ${first('phase::phase_name')} AS phase,
        ${first('quantity')} AS quantity, ${first('amount_paise')} AS amount_paise, ${first('subject_op')} AS subject_op, ${first(`class = 'premium'`)} AS premium,
        ${all('min', 'planned_at')} AS planned_at, ${all('min', 'sent_at')} AS sent_at,
        ${all('bool_or', 'a.op IS NOT NULL')} AS submitted, ${all('min', 'a.appended_at')} AS appended_at,
        coalesce(${all('bool_or', 'a.consumed')}, false) AS consumed, coalesce(${all('bool_and', 'a.settled')}, false) AS settled,
        ${all('max', 'greatest(sent_at - a.appended_at, a.appended_at - acked_at)')} - ${clockToleranceMicros} AS clock_error,
        ${all('sum', `coalesce(outcome = 'ok' AND a.op IS NULL ${ofGenerator}, false)::INTEGER`)} AS lost_acks,
        ${all('sum', `coalesce(outcome = 'failed' AND a.op IS NOT NULL ${ofGenerator}, false)::INTEGER`)} AS false_failures
      FROM (FROM operations ${sent === 'once' ? 'ANTI' : 'SEMI'} JOIN slice_repeated USING (op) WHERE ${slice}) o
        LEFT JOIN slice_appends a USING (op, attempt) ${visited ? 'LEFT JOIN slice_visited USING (op, attempt)' : ''}
      ${sent === 'once' ? '' : 'GROUP BY o.op'}
    )
    SELECT p.op, kind, key, other_key, phase, quantity, amount_paise, subject_op, premium, planned_at, sent_at, submitted, appended_at,
      consumed${open ? ' AND answer IS NOT NULL' : ''}, ${open ? 'false' : 'settled'}, answer, decided_at, coalesce(degraded, false), coalesce(answer <> last_answer, false), revoked_at, coalesce(repeats, 0),
      coalesce(effects, 0), coalesce(moved, 0), last_effect_at,
      coalesce(effects > 0 AND (keyless OR NOT (${isTheirs('effect_key')} AND ${isTheirs('last_effect_key')})), false),
      coalesce(odd OR first_key <> key OR last_key <> key, false), clock_error, lost_acks, false_failures
    FROM planned p LEFT JOIN slice_decisions d USING (op) LEFT JOIN slice_effects e USING (op)`;
}

const isTheirs = (effectKey: string): string => `coalesce(${effectKey} = key OR ${effectKey} = other_key, false)`;

/** Where an operation got different answers, the first by (decided_at, partition, offset) counts. */
async function settleAmbiguous(history: History, slice: string): Promise<void> {
  const [found] = await history.rows<{ n: number }>(`SELECT count(*) AS n FROM ops WHERE ambiguous AND ${slice}`);
  if (found?.n === 0) return;
  await history.run(`
    UPDATE ops SET answer = firsts.answer
    FROM (
      SELECT op, answer::answer_name AS answer FROM decisions
      WHERE ${slice} AND op IN (SELECT op FROM ops WHERE ambiguous) AND answer <> 'revoked'
      QUALIFY row_number() OVER (PARTITION BY op ORDER BY decided_at, "partition", "offset", answer) = 1
    ) firsts WHERE ops.op = firsts.op`);
}

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
