import { durationMs } from '../scenario/time.ts';
import type { Duration } from '../scenario/time.ts';
import type { LoadPhase } from '../scenario/scenario.ts';
import { exponentialSegment, linearSegment } from './segment.ts';
import type { Segment } from './segment.ts';

/** One phase of the compiled curve; milliseconds from the start of the load. */
export interface CurvePhase {
  readonly name: string;
  readonly warmUp: boolean;
  readonly startMs: number;
  readonly endMs: number;
  /** Number of the first arrival planned in it. */
  readonly firstArrival: number;
  readonly arrivals: number;
}

/** A stretch in which the rate per second changes linearly. */
interface StraightLine {
  readonly startMs: number;
  readonly endMs: number;
  readonly from: number;
  readonly to: number;
}

/** An arrival rate over time, as exact sums. Time is in milliseconds from the start of the load. */
export interface LoadCurve {
  readonly phases: readonly CurvePhase[];
  /** Arrivals over the whole curve: the integral, rounded to the nearest whole one. */
  readonly arrivals: number;
  readonly durationMs: number;
  /** Arrivals per second; 0 outside the curve. At a jump, the rate after it. */
  readonly rateAt: (ms: number) => number;
  /** Arrivals (not rounded) until `ms`: the integral of the rate. */
  readonly cumulative: (ms: number) => number;
  /** The first moment at which the integral reaches `n` of 0 … the whole integral; RangeError beyond it. */
  readonly timeOf: (n: number) => number;
  /** The curve as connected straight lines, for consumers that support no others; bent stretches become many short lines. */
  readonly lines: () => readonly StraightLine[];
}

/** A curve's highest rate, per second. */
export const peakOf = (curve: LoadCurve): number => Math.max(0, ...curve.lines().flatMap(({ from, to }) => [from, to]));

/**
 * The curve of a scenario's phases, with every rate multiplied by `loadScale`. Throws a RangeError that names the phase if a
 * value is impossible; a validated scenario never throws.
 */
export function compileLoad(phases: readonly LoadPhase[], loadScale: number): LoadCurve {
  if (!(loadScale > 0) || !Number.isFinite(loadScale)) throw new RangeError(`loadScale: ${loadScale} is not above 0`);
  const curve: Segment[] = [];
  const bounds: { phase: LoadPhase; startMs: number; endMs: number; from: number; to: number }[] = [];
  let startMs = 0;
  let total = 0;
  let rateBefore = 0;
  phases.forEach((phase, index) => {
    const segments = segmentsOf(phase, `load[${index}] (${phase.name})`, { startMs, total, rateBefore, loadScale });
    const last = segments.at(-1);
    const endMs = last?.endMs ?? startMs;
    const to = last?.totalAtEnd ?? total;
    bounds.push({ phase, startMs, endMs, from: total, to });
    curve.push(...segments);
    startMs = endMs;
    total = to;
    rateBefore = (last?.rateAt(endMs) ?? rateBefore * loadScale) / loadScale;
  });
  return lookup(
    curve,
    bounds.map(({ phase, from, to, ...span }) => ({
      name: phase.name,
      warmUp: phase.warmUp ?? false,
      startMs: span.startMs,
      endMs: span.endMs,
      firstArrival: wholeArrivals(from),
      arrivals: wholeArrivals(to) - wholeArrivals(from),
    })),
    total,
  );
}

/** Arrival i is in the middle of its own unit of the integral (see arrival-schedule), so half a unit completes one. */
const wholeArrivals = (integral: number): number => Math.floor(integral + 0.5);

interface Before {
  readonly startMs: number;
  /** The integral so far. */
  readonly total: number;
  /** Per second, not scaled. */
  readonly rateBefore: number;
  readonly loadScale: number;
}

function segmentsOf(phase: LoadPhase, path: string, before: Before): Segment[] {
  const rate = (value: number, member: string): number => {
    if (!(value >= 0) || !Number.isFinite(value)) throw new RangeError(`${path}.${member}: ${value} is not a rate`);
    return value * before.loadScale;
  };
  const length = (text: Duration, member: string): number => {
    const value = durationMs(text);
    if (value === undefined) throw new RangeError(`${path}.${member}: ${text} is not a duration`);
    return value;
  };
  const chain = segmentChain(before);
  const previous = before.rateBefore * before.loadScale;
  switch (phase.shape) {
    case 'steady': {
      const level = rate(phase.perSecond, 'perSecond');
      chain.line(length(phase.for, 'for'), level, level);
      break;
    }
    case 'ramp': {
      const from = phase.from === undefined ? previous : rate(phase.from, 'from');
      chain.line(length(phase.within, 'within'), from, rate(phase.to, 'to'));
      break;
    }
    case 'surge': {
      const top = rate(phase.to, 'to');
      chain.line(length(phase.within, 'within'), previous, top);
      chain.line(length(phase.hold, 'hold'), top, top);
      break;
    }
    case 'decay': {
      const halfLife = length(phase.halfLife, 'halfLife');
      if (halfLife === 0) throw new RangeError(`${path}.halfLife: must be longer than 0`);
      chain.decay(length(phase.for, 'for'), previous, rate(phase.to, 'to'), halfLife);
      break;
    }
    case 'replay': {
      for (const [lengthMs, from, to] of replayLines(phase, path)) {
        chain.line(lengthMs, rate(from, 'points'), rate(to, 'points'));
      }
      break;
    }
    default:
      throw new RangeError(`${path}.shape: unknown shape ${String((phase as { shape: unknown }).shape)}`);
  }
  return chain.segments;
}

function replayLines(
  phase: Extract<LoadPhase, { shape: 'replay' }>,
  path: string,
): (readonly [lengthMs: number, from: number, to: number])[] {
  const { points, speed } = phase;
  if (!(speed > 0) || !Number.isFinite(speed)) throw new RangeError(`${path}.speed: ${speed} is not above 0`);
  if (points === undefined) throw new RangeError(`${path}.points: read them with readRecordedCurve first`);
  return points.slice(1).map(([second, perSecond], i) => {
    const [secondBefore, perSecondBefore] = points[i] ?? [second, perSecond];
    if (!(second > secondBefore))
      throw new RangeError(`${path}.points[${i + 1}]: second ${second} is not after the previous one`);
    return [((second - secondBefore) * 1_000) / speed, perSecondBefore, perSecond];
  });
}

/** Builds consecutive segments; omits those of zero length. */
function segmentChain(before: Before) {
  const segments: Segment[] = [];
  const place = () => {
    const last = segments.at(-1);
    return { startMs: last?.endMs ?? before.startMs, totalAtStart: last?.totalAtEnd ?? before.total };
  };
  return {
    segments,
    line(lengthMs: number, from: number, to: number) {
      if (lengthMs > 0) segments.push(linearSegment({ ...place(), lengthMs, from, to }));
    },
    decay(lengthMs: number, from: number, to: number, halfLifeMs: number) {
      if (lengthMs > 0) segments.push(exponentialSegment({ ...place(), lengthMs, from, to, halfLifeMs }));
    },
  };
}

function lookup(segments: readonly Segment[], phases: readonly CurvePhase[], total: number): LoadCurve {
  const end = segments.at(-1)?.endMs ?? 0;
  const first = (isIt: (segment: Segment) => boolean): Segment | undefined => {
    let low = 0;
    let high = segments.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const segment = segments[middle];
      if (segment !== undefined && isIt(segment)) high = middle;
      else low = middle + 1;
    }
    return segments[low];
  };
  return {
    phases,
    arrivals: wholeArrivals(total),
    durationMs: end,
    rateAt: (ms) => (ms < 0 ? 0 : (first((segment) => ms < segment.endMs)?.rateAt(ms) ?? 0)),
    cumulative: (ms) => (ms <= 0 ? 0 : (first((segment) => ms < segment.endMs)?.cumulative(ms) ?? total)),
    timeOf(n) {
      if (!(n >= 0 && n <= total)) throw new RangeError(`the curve has ${total} arrivals, asked for ${n}`);
      return first((segment) => n <= segment.totalAtEnd)?.timeOf(n) ?? end;
    },
    lines: () => segments.flatMap(linesOf),
  };
}

/** Lines per bent stretch: even with a rate that halves several times in it, arrivals move by far less than a millisecond. */
const linesPerBend = 256;

function linesOf(segment: Segment): StraightLine[] {
  const { straight, startMs, endMs } = segment;
  const count = straight ? 1 : linesPerBend;
  const bound = (i: number): number => startMs + ((endMs - startMs) * i) / count;
  return Array.from({ length: count }, (_, i) => {
    const [from, to] = [bound(i), bound(i + 1)];
    return { startMs: from, endMs: to, from: segment.rateAt(from), to: segment.rateAt(to) };
  });
}
