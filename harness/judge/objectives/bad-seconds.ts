import type { DrillRecord } from '../../history/drill-record.ts';
import type { History } from '../../history/reader.ts';
import { firstSecondAt } from '../service.ts';

/**
 * In which seconds a missed objective of time was missed; seconds count from the first phase's start. A second is bad where more
 * than the allowed share of what was due in it was late.
 */
export interface BadSeconds {
  readonly seconds: readonly { readonly second: number; readonly due: number; readonly late: number }[];
  /** How long what was due in a second had until it was late, ms: what happened meanwhile may be why. */
  readonly hadMs: number;
  readonly allowedShare: number;
  /** Of an objective that bounds how long something lasts: so many of its seconds are no miss. */
  readonly allowedSeconds?: number;
}

/** What an operation had that was answered, if not rightly: the answer is hardly ever later. */
export const answeredWithinMs = 1_000;

/** Rows of `from` in `where` by the second of a time: how many, and how many of them were late. */
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
 * The bad seconds of operations that were late, beside those that never will be served, however slow the machine was (wrongly answered;
 * lost, where a pipeline has drained): null where these alone miss the objective. `late` and `never` are conditions on `ops`.
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

/** Condition on `ops`: what a drained pipeline has taken and not decided is lost, not late. */
export const lost = ({ drainedAt }: DrillRecord): string =>
  drainedAt === null ? 'false' : '(submitted AND decided_at IS NULL)';

/** The seconds of something that lasted too long, each from one time to another, µs; `boundMs` is what the strictest may last. */
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

/** How much of the time that something had must have been taken for that to be why it was late. */
const takenOfItsTime = 0.25;

export interface Excuse {
  /** Bad seconds; those that were taken, and those that worked off what these had left. */
  readonly bad: readonly number[];
  readonly taken: readonly number[];
  readonly after: readonly number[];
}

/**
 * Whether a miss is that of seconds which the pipeline does not answer for (`isTaken`): most of the bad ones are such, or without
 * these the promise is kept. What a taken second left undone may take as long again, as long as it goes on without a good one.
 * Null where the miss stands. The rule and its reasons are in docs/VERDICTS.md.
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

/** Whether enough was taken of the time from a second's beginning to the end of what its last operation had. */
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
