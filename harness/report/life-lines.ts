/** The events of one key or operation for the terminal and the pages: one line each, with violations and faults in between. */
import type { Domain } from '../domains/domain.ts';
import type { LifeMoment } from '../explain/life.ts';
import type { FaultRecord } from '../history/drill-record.ts';
import { number, plain, rupeesExact } from './format.ts';
import type { BrokenPromise } from './broken-promises.ts';

/** What is needed to print those events. */
export interface LifeContext {
  /** The zero of its times, µs. */
  readonly startsAt: number;
  readonly measure: Domain['measure'] | null;
  readonly faults: readonly FaultRecord[];
  readonly broken: readonly BrokenPromise[];
}

export interface LifeLine {
  /** µs; null before and after the drill. */
  readonly at: number | null;
  readonly event: string;
  /** `when`, `op`, `event`, `what`, `change`, and what is left then; plain text, may be empty. */
  readonly cells: readonly [when: string, op: string, event: string, what: string, change: string, remaining: string];
  readonly isBroken: boolean;
}

/**
 * The events in order, interleaved with every counterexample that has a time, and every fault that struck or healed meanwhile.
 */
export function lifeLines(moments: readonly LifeMoment[], context: LifeContext): LifeLine[] {
  const hasOneKey = new Set(moments.flatMap(({ key }) => key ?? [])).size < 2;
  const lines = moments.map((moment) => momentLine(moment, context, hasOneKey));
  const times = moments.flatMap(({ at }) => (at === null ? [] : [at]));
  const [from, to] = [times[0] ?? 0, times.at(-1) ?? 0];
  const between = [...faultLines(context, from, to), ...brokenLines(context)].toSorted((a, b) => a.at - b.at);
  const placed: LifeLine[] = [];
  let next = 0;
  for (const line of lines) {
    const until = line.event === 'closing' ? Infinity : (line.at ?? -1);
    while (next < between.length && msOf(between[next]?.at ?? Infinity) < msOf(until))
      placed.push(between[next++] as LifeLine);
    placed.push(line);
  }
  return [...placed, ...between.slice(next)];
}

/** Brokers' timestamps have ms precision: an event comes before what it broke. */
const msOf = (micros: number) => Math.floor(micros / 1_000);

type TimedLine = LifeLine & { readonly at: number };

/** `+8.812 s` */
const instant = (startsAt: number, at: number): string => {
  const seconds = (at - startsAt) / 1_000_000;
  return `${seconds < 0 ? '−' : '+'}${Math.abs(seconds).toFixed(3)} s`;
};

function momentLine(moment: LifeMoment, { startsAt, measure }: LifeContext, hasOneKey: boolean): LifeLine {
  const { at, event, op, kind, key, asked, change, remaining, detail } = moment;
  const when =
    at !== null ? instant(startsAt, at) : ({ opening: 'before', closing: 'after' }[event] ?? 'at no known time');
  const isOfKey = !hasOneKey && (event === 'effect' || at === null);
  const parts = [kind, asked === null ? null : amountText(asked, measure), detail];
  const what = `${isOfKey ? `${key ?? 'no key'}: ` : ''}${parts.filter((part) => part !== null && part !== '').join(', ')}`;
  const signed = change === null ? '' : `${change > 0 ? '+' : ''}${amountText(change, measure, false)}`;
  const left = remaining === null ? '' : amountText(remaining, measure, false);
  return {
    at,
    event,
    cells: [when, op === null ? '' : String(op), event, plain(what), signed, left],
    isBroken: false,
  };
}

/** `2 units`, `₹118.01`; without the unit in a column that states it. */
function amountText(value: number, measure: LifeContext['measure'], withUnit = true): string {
  if (measure === 'paise') return rupeesExact(value);
  return withUnit ? `${number(value)} ${Math.abs(value) === 1 ? 'unit' : 'units'}` : number(value);
}

const brokenLines = ({ broken, startsAt }: LifeContext): TimedLine[] =>
  broken.flatMap(({ name, examples }) =>
    examples.flatMap(({ at }) => (at === null ? [] : [lineAt(startsAt, at, 'broken', name)])),
  );

const lineAt = (startsAt: number, at: number, event: 'broken' | 'fault', what: string): TimedLine => ({
  at,
  event,
  cells: [instant(startsAt, at), '', event, plain(what), '', ''],
  isBroken: event === 'broken',
});

function faultLines({ faults, startsAt }: LifeContext, from: number, to: number): TimedLine[] {
  return faults
    .filter(({ verified, verifiedAt, commandedAt, healedAt }) => {
      const [struck, healed] = [verifiedAt ?? commandedAt, healedAt ?? Infinity];
      return verified && struck <= to && healed >= from;
    })
    .flatMap(({ name, verifiedAt, commandedAt, healedAt }) => [
      lineAt(startsAt, verifiedAt ?? commandedAt, 'fault', `${name} struck`),
      ...(healedAt == null ? [] : [lineAt(startsAt, healedAt, 'fault', `${name} healed`)]),
    ]);
}

/** A gap is the number of omitted lines. */
export type Excerpt = readonly (LifeLine | { readonly gap: number })[];

const shownWhole = 60;
const atEnds = 5;
const aroundBroken = 7;
const mostBroken = 4;

/** The start, the end, and the surroundings of the first violations; everything if it is short. */
export function excerptOf(lines: readonly LifeLine[], isWhole = lines.length <= shownWhole): Excerpt {
  if (isWhole) return lines;
  const broken = lines.flatMap(({ isBroken }, index) => (isBroken ? [index] : [])).slice(0, mostBroken);
  const isShown = (index: number) =>
    index < atEnds || index >= lines.length - atEnds || broken.some((place) => Math.abs(place - index) <= aroundBroken);
  const shown: (LifeLine | { gap: number })[] = [];
  for (const [index, line] of lines.entries()) {
    const last = shown.at(-1);
    if (isShown(index)) shown.push(line);
    else if (last !== undefined && 'gap' in last) last.gap += 1;
    else shown.push({ gap: 1 });
  }
  return shown;
}
