import type { Domain } from '../domains/domain.ts';
import type { History } from '../history/reader.ts';
import { clockToleranceMicros } from '../domains/clocks.ts';
import { sqlText } from '../domains/sql.ts';
import { fillStoreLags } from './clocks.ts';
import { mayHoldAnything } from './ends.ts';
import { looksOdd } from './unfit.ts';
import { fillUnsubmitted } from './unsubmitted.ts';

/** Joins submission, decision and effects of one slice of operations. */
export async function fillOps(history: History, domain: Domain, slice: string, oneIn: number): Promise<void> {
  const takenBack = sqlText(domain.answers.takenBack);
  const isDrained = history.drill.drainedAt !== null;
  const consumption = isDrained
    ? `SELECT *, true AS consumed FROM appends WHERE ${slice}`
    : `SELECT appends.*, coalesce("offset" < cutoff, false) AS consumed
       FROM appends LEFT JOIN cutoffs USING (topic, "partition") WHERE ${slice}`;
  const [late] = await history.rows<{ n: number }>('SELECT count(*) AS n FROM unfinished');
  const finished = late?.n === 0 ? '' : ' AND op NOT IN (FROM unfinished)';
  await history.run(`
    CREATE OR REPLACE TEMP TABLE slice_appends AS
    SELECT op, attempt, min(appended_at) AS appended_at, bool_or(consumed${finished}) AS consumed, bool_and(consumed${finished}) AS settled,
      count(*) AS copies
    FROM (${consumption}) GROUP BY op, attempt`);
  await history.run(`
    CREATE OR REPLACE TEMP TABLE slice_decisions AS
    SELECT op, min(a) FILTER (a <> ${takenBack}) AS answer, max(a) FILTER (a <> ${takenBack}) AS last_answer,
      min(decided_at) FILTER (a <> ${takenBack}) AS decided_at, min(decided_at) FILTER (a = ${takenBack}) AS revoked_at,
      bool_or(is_degraded) FILTER (a <> ${takenBack}) AS degraded,
      greatest(count(*) FILTER (a <> ${takenBack}) - 1, 0)::INTEGER AS repeats,
      min(k) AS first_key, max(k) AS last_key, bool_or(is_odd) AS odd
    FROM (SELECT op, a, decided_at, coalesce(mode, 'full') <> 'full' AS is_degraded, k, ${looksOdd(domain)} AS is_odd
      FROM (SELECT *, answer::answer_name AS a, TRY_CAST(key AS key_name) AS k FROM decisions WHERE op IS NOT NULL AND ${slice})
      ${turnedAway(history, domain, slice)}) GROUP BY op`);
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
  const around = { visited, open: mayHoldAnything(history.drill, domain), favoured: domain.classes[0] };
  await history.run(insertOps(slice, 'once', around));
  const [repeated] = await history.rows<{ n: number }>('SELECT count(*) AS n FROM slice_repeated');
  if (repeated?.n !== 0) await history.run(insertOps(slice, 'repeatedly', around));
  await fillUnsubmitted(history, slice);
  await history.run(fillStoreLags(slice, oneIn, visited));
  await history.run(`DROP TABLE slice_appends; DROP TABLE slice_decisions; DROP TABLE slice_effects;
    DROP TABLE slice_repeated; DROP TABLE slice_visited`);
}

/** A visitor who was turned away at the door got the decision there; the log has none. */
const turnedAway = ({ tables }: History, { answers: { shed } }: Domain, slice: string): string =>
  tables.has('answers')
    ? `UNION ALL SELECT op, ${sqlText(shed)}::answer_name, min(answered_at), false, NULL, false FROM answers
       WHERE answer = ${sqlText(shed)} AND ${slice} AND op NOT IN (SELECT op FROM slice_appends) GROUP BY op`
    : '';

/**
 * Most operations are sent once; only those sent repeatedly need grouping. Same columns either way, from the first attempt if
 * attempts differ.
 */
function insertOps(
  slice: string,
  sent: 'once' | 'repeatedly',
  { visited, open, favoured }: { readonly visited: boolean; readonly open: boolean; readonly favoured: string },
): string {
  const ofGenerator = visited ? 'AND visited IS NULL' : '';
  const all = (aggregate: string, value: string) => (sent === 'once' ? value : `${aggregate}(${value})`);
  const first = (value: string) => (sent === 'once' ? value : `arg_min(${value}, attempt)`);
  return `
    INSERT INTO ops
    WITH planned AS (
      SELECT o.op, ${first('kind::kind_name')} AS kind, ${first('key::key_name')} AS key,
        ${first('other_key::key_name')} AS other_key, ${first('phase::phase_name')} AS phase,
        ${first('quantity')} AS quantity, ${first('amount_paise')} AS amount_paise, ${first('subject_op')} AS subject_op, ${first(`class = ${sqlText(favoured)}`)} AS favoured,
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
    SELECT p.op, kind, key, other_key, phase, quantity, amount_paise, subject_op, favoured, planned_at, sent_at, submitted, appended_at,
      consumed${open ? ' AND answer IS NOT NULL' : ''}, ${open ? 'false' : 'settled'}, answer, decided_at, coalesce(degraded, false), coalesce(answer <> last_answer, false), revoked_at, coalesce(repeats, 0),
      coalesce(effects, 0), coalesce(moved, 0), last_effect_at,
      coalesce(effects > 0 AND (keyless OR NOT (${isTheirs('effect_key')} AND ${isTheirs('last_effect_key')})), false),
      coalesce(odd OR first_key <> key OR last_key <> key, false), clock_error, lost_acks, false_failures
    FROM planned p LEFT JOIN slice_decisions d USING (op) LEFT JOIN slice_effects e USING (op)`;
}

const isTheirs = (effectKey: string): string => `coalesce(${effectKey} = key OR ${effectKey} = other_key, false)`;

/** If an operation got different answers, the first by (decided_at, partition, offset) counts. */
export async function settleAmbiguous(history: History, { answers }: Domain, slice: string): Promise<void> {
  const [found] = await history.rows<{ n: number }>(`SELECT count(*) AS n FROM ops WHERE ambiguous AND ${slice}`);
  if (found?.n === 0) return;
  await history.run(`
    UPDATE ops SET answer = firsts.answer
    FROM (
      SELECT op, answer::answer_name AS answer FROM decisions
      WHERE ${slice} AND op IN (SELECT op FROM ops WHERE ambiguous) AND answer <> ${sqlText(answers.takenBack)}
      QUALIFY row_number() OVER (PARTITION BY op ORDER BY decided_at, "partition", "offset", answer) = 1
    ) firsts WHERE ops.op = firsts.op`);
}
