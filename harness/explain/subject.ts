import { sqlText } from '../domains/sql.ts';
import { usageError } from '../errors.ts';
import type { History } from '../history/reader.ts';
import type { NamedSubject } from './life-sql.ts';

const keys = `
  SELECT key FROM operations UNION SELECT other_key FROM operations UNION SELECT key FROM decisions UNION SELECT key FROM effects
  UNION SELECT key FROM balances UNION SELECT key FROM catalogue`;
const ops = `
  SELECT op FROM operations UNION SELECT op FROM appends UNION SELECT op FROM decisions UNION SELECT op FROM effects
  UNION SELECT op FROM answers UNION SELECT op FROM requests`;

/**
 * What a user means by `text`: a key of the history, or the number of an operation in it (an all-digit key counts only if no
 * operation has that number). Refuses (64) anything else, naming the nearest.
 */
export async function subjectNamed(history: History, text: string): Promise<NamedSubject> {
  if (text.trim() === '') throw usageError('explain: the key is empty; give a key, or the number of an operation');
  const op = /^\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : null;
  if (op !== null && (await has(history, ops, `op = ${op}`))) return { op };
  if (await has(history, keys, `key = ${sqlText(text)}`)) return { key: text };
  throw usageError(op === null ? await unknownKey(history, text) : await unknownOp(history, op));
}

const has = async (history: History, from: string, where: string): Promise<boolean> =>
  (await history.rows(`SELECT 1 AS found FROM (${from}) WHERE ${where} LIMIT 1`)).length > 0;

async function unknownKey(history: History, text: string): Promise<string> {
  const [nearest] = await history.rows<{ key: string }>(
    `SELECT key FROM (${keys}) WHERE key IS NOT NULL ORDER BY levenshtein(lower(key), lower(${sqlText(text)})), key LIMIT 1`,
  );
  return nearest === undefined
    ? `unknown key '${text}': this history has no keys`
    : `unknown key '${text}'. Did you mean '${nearest.key.replaceAll(/\p{Cc}+/gu, ' ')}'?`;
}

async function unknownOp(history: History, op: number): Promise<string> {
  const [near] = await history.rows<{ below: number | null; above: number | null }>(
    `SELECT max(op) FILTER (op < ${op}) AS below, min(op) FILTER (op > ${op}) AS above FROM (${ops})`,
  );
  const nearest = [near?.below, near?.above].filter((one) => typeof one === 'number');
  return `op ${op} was never sent in this drill; ${nearest.length === 0 ? 'nothing was' : `the nearest: ${nearest.join(' and ')}`}`;
}
