import type { Decision, LogRecord } from 'toofan';

/** Common to the wire formats of all domains: JSON, ids as decimal strings, the id first so that it is found without parsing. */

/** JSON of a recurring text (a product, an account), cached. The cache is bounded: beyond it, each is quoted anew. */
export function quote(text: unknown): string {
  let json = quoted.get(text);
  if (json === undefined) {
    json = JSON.stringify(typeof text === 'string' ? text : null);
    if (quoted.size < maxQuoted) quoted.set(text, json);
  }
  return json;
}
const quoted = new Map<unknown, string>();
const maxQuoted = 100_000;

/** Finds the operation of an input record by the member with its id; null if there is none. */
export function identifyBy(
  idMember: Readonly<Record<string, string>>,
): (record: LogRecord) => { op: number; attempt: number } | null {
  return ({ topic, value }) => {
    const member = idMember[topic];
    if (member === undefined || value === null) return null;
    const op = idAfter(value, `{"${member}":"`);
    // 13 characters: `","attempt":` and its closing; encode writes a single digit.
    const at = value.indexOf('","attempt":');
    if (op !== null && at > 0) {
      const attempt = value.charCodeAt(at + 12) - 48;
      if (attempt >= 1 && attempt <= 9 && value.charCodeAt(at + 13) === comma) return { op, attempt };
    }
    const fields = parseObject(value);
    const slow = idOf(fields?.[member]);
    if (slow === null) return null;
    return { op: slow, attempt: wholeWithin(fields?.['attempt'], 1, maxAttempt) ?? 1 };
  };
}

/** A worker's answer. */
export function encodeDecision(
  op: number,
  answer: string,
  reason: string | null,
  mode: Decision['mode'] = 'full',
): string {
  const how = mode === 'full' ? '' : `,"mode":"${mode}"`;
  const why = reason === null ? '' : `,"reason":${JSON.stringify(reason)}`;
  return `{"op":"${op}","answer":"${answer}"${how}${why}}`;
}

/** The decision in a record; null if there is none. */
export function decodeDecision({ key, value }: LogRecord): Decision | null {
  if (value === null || key === null) return null;
  const match = decisionOfOurs.exec(value);
  if (match !== null) return { op: Number(match[1]), key, answer: match[2] ?? '', mode: 'full', reason: null };
  const fields = parseObject(value);
  const op = idOf(fields?.['op']);
  const answer = fields?.['answer'];
  const reason = fields?.['reason'];
  if (op === null || typeof answer !== 'string') return null;
  return { op, key, answer, mode: modeOf(fields?.['mode']), reason: typeof reason === 'string' ? reason : null };
}

/** The mode as stated, whatever it is; `full` if absent. */
export function modeOf(said: unknown): string {
  if (said === undefined) return 'full';
  return typeof said === 'string' ? said : JSON.stringify(said);
}

const decisionOfOurs = /^\{"op":"(\d{1,15})","answer":"(\w+)"\}$/;

const maxAttempt = 9;
const comma = 44;
const quoteMark = 34;

function idAfter(text: string, prefix: string): number | null {
  if (!text.startsWith(prefix)) return null;
  let id = 0;
  let at = prefix.length;
  for (; at < prefix.length + 15; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) break;
    id = id * 10 + digit;
  }
  return at > prefix.length && text.charCodeAt(at) === quoteMark ? id : null;
}

/** A safe integer from its decimal text; null for anything else. */
export function idOf(text: unknown): number | null {
  if (typeof text !== 'string' || !/^\d{1,16}$/.test(text)) return null;
  const id = Number(text);
  return Number.isSafeInteger(id) ? id : null;
}

export const wholeWithin = (value: unknown, least: number, most: number): number | null =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most ? value : null;

export function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
