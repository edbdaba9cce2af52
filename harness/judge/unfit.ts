import type { Domain } from '../domains/domain.ts';
import { sqlList, sqlText } from '../domains/sql.ts';
import type { History } from '../history/reader.ts';

/**
 * `unfit`: one row per operation with an answer, a mode or a key that its domain does not allow, and one per key under which
 * decisions name no operation: op (null there), key (text), at (µs, of the first such answer), n (answers), fault (a clause).
 */
export const unfitTable = 'CREATE TABLE unfit (op BIGINT, key VARCHAR, "at" BIGINT, n BIGINT, fault VARCHAR)';

/**
 * SQL over `decisions`, with its answer as `a` and its key as `k`, both null if the history knows no such value: whether it may
 * be unfit.
 */
export const looksOdd = ({ modes }: Domain): string =>
  `a IS NULL OR k IS NULL OR mode IS NULL OR mode NOT IN ${sqlList(modes)}`;

/**
 * Checks one slice once `ops` holds it. Usually nothing is unfit, so it first counts from the columns of `ops` alone and compares
 * only the candidates with what was asked for.
 */
export async function fillUnfit(history: History, domain: Domain, slice: string): Promise<void> {
  const pairs = await history.rows<{ kind: string; answer: string | null; odd: number; revoked: number }>(`
    SELECT kind::VARCHAR AS kind, answer::VARCHAR AS answer, count(*) FILTER (odd OR ambiguous) AS odd,
      count(revoked_at) AS revoked
    FROM ops WHERE ${slice} GROUP BY kind, answer`);
  const isUnfit = pairs.some(
    ({ kind, answer, odd, revoked }) =>
      odd > 0 || !isAgreed(domain, kind, answer) || (revoked > 0 && !isAgreed(domain, kind, domain.answers.takenBack)),
  );
  if (isUnfit) await history.run(insertUnfit(domain, slice));
  if (history.tables.has('answers')) await history.run(insertMisTold(domain, slice));
}

const isAgreed = ({ answers }: Domain, kind: string, answer: string | null): boolean =>
  answer === null || answers.byKind[kind]?.includes(answer) === true;

/** Whether `word` (SQL, text) is an allowed answer for the operation's kind; includes answers allowed for every kind. */
const agreed = ({ answers }: Domain, word: string, always: readonly string[] = []): string =>
  `CASE kind::VARCHAR ${Object.entries(answers.byKind)
    .map(([kind, words]) => `WHEN ${sqlText(kind)} THEN ${word} IN ${sqlList([...words, ...always])}`)
    .join(' ')} ELSE false END`;

const insertUnfit = (domain: Domain, slice: string): string => `
  INSERT INTO unfit
  SELECT op, any_value(asked_key), min(decided_at), count(*), string_agg(DISTINCT fault, '; ' ORDER BY fault)
  FROM (
    SELECT op, o.key::VARCHAR AS asked_key, decided_at, unnest(list_filter([
      CASE WHEN d.answer IS NULL THEN 'has an empty answer'
        WHEN NOT ${agreed(domain, 'd.answer')} THEN 'was answered ' || d.answer || ', which is not an answer to it' END,
      CASE WHEN mode IS NULL OR mode NOT IN ${sqlList(domain.modes)}
        THEN 'was answered in ' || coalesce('the mode ' || mode, 'no mode') || '; known modes: ${domain.modes.join(' and ')}' END,
      CASE WHEN d.key IS DISTINCT FROM o.key::VARCHAR
        THEN 'belongs to ' || o.key || ' but was answered under ' || coalesce('the key ' || d.key, 'no key') END
    ], clause -> clause IS NOT NULL)) AS fault
    FROM (FROM decisions WHERE ${slice}) d JOIN (
      SELECT op, kind, key FROM ops WHERE ${slice} AND (odd OR ambiguous OR NOT ${agreed(domain, 'answer::VARCHAR')} OR
        (revoked_at IS NOT NULL AND NOT ${agreed(domain, sqlText(domain.answers.takenBack))}))
    ) o USING (op)
  ) GROUP BY op`;

/** A visitor may always be told that there is no decision yet, or be turned away at the door. */
const insertMisTold = (domain: Domain, slice: string, { pending, shed } = domain.answers): string => `
  INSERT INTO unfit
  SELECT op, any_value(o.key::VARCHAR), min(answered_at), count(*),
    string_agg(DISTINCT told, '; ' ORDER BY told)
  FROM (SELECT *, 'told its visitor ' || coalesce(answer, 'nothing') || ', which is not an answer to it' AS told
    FROM answers WHERE ${slice}) a JOIN ops o USING (op)
  WHERE a.answer IS NULL OR NOT ${agreed(domain, 'a.answer', [pending, shed])} GROUP BY op`;

/** Decisions without an operation fall into no slice: once for the whole history. */
export const nobodysDecisions = `
  INSERT INTO unfit
  SELECT NULL, key, min(decided_at), count(*), count(*) || ' decisions name no operation'
  FROM decisions WHERE op IS NULL GROUP BY key`;
