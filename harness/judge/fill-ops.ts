import type { Domain } from '../domains/domain.ts';
import type { History } from '../history/reader.ts';
import { clockToleranceMicros } from '../domains/clocks.ts';
import { sqlText } from '../domains/sql.ts';
import { type Once, onceEach } from './by-op.ts';
import { mayHoldAnything } from './ends.ts';
import { fillUnsubmitted } from './unsubmitted.ts';

/** Joins submission, decision and effects of one slice of operations. */
export async function fillOps(history: History, domain: Domain, slice: string, isSliced: boolean): Promise<void> {
  const once = isSliced ? await onceEach(history, slice) : never;
  const appends = { name: 'slice_appends', kind: kindOf(once.appends), sql: appended(slice, once.appends) };
  const decisions = decidedIn(history, domain, slice, once.decisions);
  const effects = { name: 'slice_effects', kind: kindOf(once.effects), sql: moved(slice, once.effects) };
  for (const { name, kind, sql } of [appends, decisions, effects])
    await history.run(`CREATE TEMP ${kind} ${name} AS ${sql}`);
  await history.run(`
    CREATE TEMP TABLE slice_repeated AS
    SELECT op FROM operations WHERE ${slice} GROUP BY op HAVING count(*) > 1`);
  const visited = history.tables.has('requests');
  if (visited)
    await history.run(`
      CREATE TEMP TABLE slice_visited AS
      SELECT DISTINCT op, attempt, true AS visited FROM requests WHERE op IS NOT NULL AND ${slice}`);
  const around = { visited, open: mayHoldAnything(history.drill, domain), favoured: domain.classes[0] };
  const [repeated] = await history.rows<{ n: number }>('SELECT count(*) AS n FROM slice_repeated');
  if (repeated?.n === 0) await history.run(insertOps(slice, 'all once', around));
  else for (const sent of ['once', 'repeatedly'] as const) await history.run(insertOps(slice, sent, around));
  await fillUnsubmitted(history, slice);
  const drops = [appends, decisions, effects].map(({ name, kind }) => `DROP ${kind} ${name}`);
  await history.run(`${drops.join('; ')}; DROP TABLE slice_repeated; DROP TABLE IF EXISTS slice_visited`);
}

const never: Once = { appends: false, decisions: false, effects: false };
/** Rows that need no grouping are read where they lie. */
const kindOf = (isOnce: boolean) => (isOnce ? 'VIEW' : 'TABLE');

/** A group's rows as one, or the only row as it is: same columns either way. */
const together =
  (isOnce: boolean) =>
  (aggregate: string, value: string): string =>
    isOnce ? value : `${aggregate}(${value})`;

function appended(slice: string, isOnce: boolean): string {
  const all = together(isOnce);
  return `
    SELECT op, attempt, ${all('min', 'appended_at')} AS appended_at, ${all('bool_or', 'consumed')} AS consumed,
      ${all('bool_and', 'consumed')} AS settled, ${isOnce ? '1' : 'count(*)'} AS copies
    FROM appends_by_op WHERE ${slice} ${isOnce ? '' : 'GROUP BY op, attempt'}`;
}

function decidedIn({ tables }: History, { answers }: Domain, slice: string, isSingle: boolean) {
  const isOnce = isSingle && !tables.has('answers');
  const all = together(isOnce);
  const sql = `
    SELECT op, ${all('min', 'answer')} AS answer, ${all('max', 'answer')} AS last_answer,
      ${all('min', 'decided_at')} AS decided_at, ${all('min', 'revoked_at')} AS revoked_at, ${all('bool_or', 'degraded')} AS degraded,
      ${isOnce ? '0' : 'greatest(count(answer) - 1, 0)::INTEGER'} AS repeats,
      ${all('min', 'k')} AS first_key, ${all('max', 'k')} AS last_key, ${all('bool_or', 'odd')} AS odd
    FROM (FROM decisions_by_op WHERE ${slice} ${tables.has('answers') ? turnedAway(answers.shed, slice) : ''}) ${isOnce ? '' : 'GROUP BY op'}`;
  return { name: 'slice_decisions', kind: kindOf(isOnce), sql };
}

/** A visitor who was turned away at the door got the decision there; the log has none. */
const turnedAway = (shed: string, slice: string): string => `
  UNION ALL SELECT op, ${sqlText(shed)}::answer_name, min(answered_at), NULL, false, NULL, false FROM answers
  WHERE answer = ${sqlText(shed)} AND ${slice} AND op NOT IN (SELECT op FROM slice_appends) GROUP BY op`;

function moved(slice: string, isOnce: boolean): string {
  const all = together(isOnce);
  return `
    SELECT op, ${isOnce ? '1' : 'count(*)'} AS effects, ${isOnce ? 'delta' : 'sum(delta)::BIGINT'} AS moved,
      ${all('max', 'committed_at')} AS last_effect_at, ${all('min', 'k')} AS effect_key, ${all('max', 'k')} AS last_effect_key,
      ${isOnce ? 'k IS NULL' : 'count(k) < count(*)'} AS keyless
    FROM effects_by_op WHERE ${slice} ${isOnce ? '' : 'GROUP BY op'}`;
}

/**
 * Most operations are sent once; only those sent repeatedly need grouping. Same columns either way, from the first attempt if
 * attempts differ.
 */
function insertOps(
  slice: string,
  sent: 'all once' | 'once' | 'repeatedly',
  { visited, open, favoured }: { readonly visited: boolean; readonly open: boolean; readonly favoured: string },
): string {
  const ofGenerator = visited ? 'AND visited IS NULL' : '';
  const isOnce = sent !== 'repeatedly';
  const all = together(isOnce);
  const first = (value: string) => (isOnce ? value : `arg_min(${value}, attempt)`);
  // The planner takes a join for a smaller table than it is, and would turn the next one round.
  const those = {
    'all once': '',
    once: 'ANTI JOIN slice_repeated USING (op)',
    repeatedly: 'SEMI JOIN slice_repeated USING (op)',
  };
  return `
    INSERT INTO ops
    WITH planned AS (
      SELECT o.op, ${first('kind')} AS kind, ${first('key')} AS key, ${first('other_key')} AS other_key, ${first('phase')} AS phase,
        ${first('quantity')} AS quantity, ${first('amount_paise')} AS amount_paise, ${first('subject_op')} AS subject_op, ${first('favoured')} AS favoured,
        ${all('min', 'planned_at')} AS planned_at, ${all('min', 'sent_at')} AS sent_at,
        ${all('bool_or', 'a.op IS NOT NULL')} AS submitted, ${all('min', 'a.appended_at')} AS appended_at,
        coalesce(${all('bool_or', 'a.consumed')}, false) AS consumed, coalesce(${all('bool_and', 'a.settled')}, false) AS settled,
        ${all('max', 'greatest(sent_at - a.appended_at, a.appended_at - acked_at)')} - ${clockToleranceMicros} AS clock_error,
        ${all('sum', `coalesce(is_ok AND a.op IS NULL ${ofGenerator}, false)::INTEGER`)} AS lost_acks,
        ${all('sum', `coalesce(is_failed AND a.op IS NOT NULL ${ofGenerator}, false)::INTEGER`)} AS false_failures
      FROM (
        -- What joins carry along is narrow.
        SELECT op, attempt, kind::kind_name AS kind, key::key_name AS key, other_key::key_name AS other_key, phase::phase_name AS phase,
          quantity, amount_paise, subject_op, class = ${sqlText(favoured)} AS favoured, planned_at, sent_at, acked_at,
          outcome = 'ok' AS is_ok, outcome = 'failed' AS is_failed
        FROM operations ${those[sent]} WHERE ${slice}
      ) o
        LEFT JOIN slice_appends a USING (op, attempt) ${visited ? 'LEFT JOIN slice_visited USING (op, attempt)' : ''}
      ${isOnce ? '' : 'GROUP BY o.op'}
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
