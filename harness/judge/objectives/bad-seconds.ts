import type { DrillRecord } from '../../history/drill-record.ts';
import type { History } from '../../history/reader.ts';
import { firstSecondAt } from '../drill-times.ts';

/**
 * The seconds in which an objective about time was missed, counted from the start of the first phase. A second is bad if more
 * than the allowed share of what was due in it was late.
 */
export interface BadSeconds {
  readonly seconds: readonly { readonly second: number; readonly due: number; readonly late: number }[];
  /** How long an operation has until it is late, ms: anything in that time may be the cause. */
  readonly hadMs: number;
  readonly allowedShare: number;
  /** For an objective that bounds a duration: how many seconds it may last. */
  readonly allowedSeconds?: number;
}

/** Assumed time allowed for operations that were answered but not served: such answers hardly ever come later. */
export const answeredWithinMs = 1_000;

/** Rows of `from` that meet `where`, by the second of `time`: how many, and how many of them late. */
export async function lateBySecond(
  history: History,
  {
    time,
    late,
    from = 'ops',
    where,
  }: { readonly time: string; readonly late: string; readonly from?: string; readonly where: string },
): Promise<BadSeconds['seconds']> {
  const zero = firstSecondAt(history.drill);
  return await history.rows<{ second: number; due: number; late: number }>(
    `SELECT ((${time} - ${zero}) // 1000000)::INTEGER AS second, count(*) AS due, count(*) FILTER (${late}) AS late
     FROM ${from} WHERE ${time} IS NOT NULL AND ${where} GROUP BY 1 ORDER BY 1`,
  );
}

/**
 * The bad seconds of late operations. Excludes what no faster machine would have served (`never`: answered wrongly, or lost by a
 * pipeline that drained); null if that alone misses the objective. `late` and `never` are conditions on `ops`.
 */
export async function latenessOf(
  history: History,
  {
    never,
    late,
    ...of
  }: { readonly time: string; readonly late: string; readonly never: string; readonly where: string },
  { hadMs, allowedShare }: Pick<BadSeconds, 'hadMs' | 'allowedShare'>,
): Promise<BadSeconds | null> {
  const [found] = await history.rows<{ due: number; never: number }>(
    `SELECT count(*) AS due, count(*) FILTER (${never}) AS never FROM ops WHERE ${of.where}`,
  );
  if (found === undefined || found.never > allowedShare * found.due) return null;
  return {
    seconds: await lateBySecond(history, { ...of, late: `${late} AND NOT ${never}` }),
    hadMs,
    allowedShare,
  };
}

/** Condition on `ops`: what a drained pipeline consumed and did not decide is lost, not late. */
export const lost = ({ drainedAt }: DrillRecord): string =>
  drainedAt === null ? 'false' : '(submitted AND decided_at IS NULL)';

/** The seconds of what lasted too long, each span from one time to another, µs; `boundMs`: the strictest bound. */
export function secondsOf(
  spans: readonly { readonly from: number; readonly to: number }[],
  boundMs: number,
  drill: DrillRecord,
): BadSeconds {
  const zero = firstSecondAt(drill);
  const end = Math.max(drill.closedAt, drill.loadEndedAt);
  const seconds = new Set<number>();
  for (const { from, to } of spans) {
    const first = Math.floor((from - zero) / 1e6);
    const last = Math.max(first + 1, Math.ceil((Math.min(to, end) - zero) / 1e6));
    for (let second = first; second < last; second += 1) seconds.add(second);
  }
  return {
    seconds: [...seconds].toSorted((a, b) => a - b).map((second) => ({ second, due: 1, late: 1 })),
    hadMs: 0,
    allowedShare: 0,
    allowedSeconds: boundMs / 1000,
  };
}

/** The share of an operation's allowed time that must have been taken to explain its lateness. */
const takenOfItsTime = 0.25;

export interface Excuse {
  /** All bad seconds; of these, those explained by taken seconds, and those that worked off the backlog of taken seconds. */
  readonly bad: readonly number[];
  readonly taken: readonly number[];
  readonly after: readonly number[];
}

/**
 * Why a miss does not stand: most of its bad seconds do not count against the pipeline (`isTaken`), or the bound was met without
 * them. Work delayed by taken seconds may take as long again, until the first good second. Null if the miss stands.
 * docs/VERDICTS.md has the rule and its reasons.
 */
export function excuseOf(found: BadSeconds, isTaken: (second: number) => boolean): Excuse | null {
  const isBad = ({ due, late }: BadSeconds['seconds'][number]) => late > found.allowedShare * due;
  const bad = new Set(found.seconds.filter(isBad).map(({ second }) => second));
  const first = Math.min(0, ...bad);
  const last = Math.max(0, ...found.seconds.map(({ second }) => second));
  const taken: number[] = [];
  const after: number[] = [];
  let left = 0;
  for (let second = first; second <= last; second += 1) {
    if (bad.has(second) && hasCause(second, found.hadMs, isTaken)) taken.push(second);
    else if (bad.has(second) && left > 0 && !isTaken(second)) after.push(second);
    if (isTaken(second)) left += 1;
    else left = bad.has(second) ? Math.max(0, left - 1) : 0;
  }
  const excused = new Set([...taken, ...after]);
  if (taken.length === 0) return null;
  const isMostly = excused.size * 2 > bad.size;
  return isMostly ||
    isKeptBy(
      found.seconds.filter(({ second }) => !excused.has(second)),
      found,
    )
    ? { bad: [...bad], taken, after }
    : null;
}

/** Whether enough was taken of the time from a second's start until its last operation would have been late. */
function hasCause(second: number, hadMs: number, isTaken: (second: number) => boolean): boolean {
  const until = second + Math.ceil(hadMs / 1000);
  let taken = 0;
  for (let each = second; each <= until; each += 1) taken += isTaken(each) ? 1 : 0;
  return taken >= takenOfItsTime * (until - second + 1);
}

function isKeptBy(seconds: BadSeconds['seconds'], { allowedShare, allowedSeconds }: BadSeconds): boolean {
  const sum = (name: 'due' | 'late') => seconds.reduce((total, one) => total + one[name], 0);
  return allowedSeconds === undefined
    ? sum('late') <= allowedShare * sum('due') && sum('due') > 0
    : sum('late') < allowedSeconds;
}
