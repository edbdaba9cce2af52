/** A stretch of a load curve with one formula: its rate, its integral and the inverse of that. Rates are per second. */
export interface Segment {
  readonly startMs: number;
  readonly endMs: number;
  /** The curve's integral (arrivals) at the start and at the end. */
  readonly totalAtStart: number;
  readonly totalAtEnd: number;
  /** Whether its rate is a straight line. */
  readonly straight: boolean;
  rateAt(ms: number): number;
  /** The curve's integral at `ms` of this segment. */
  cumulative(ms: number): number;
  /** The moment at which the curve's integral reaches `n`, between totalAtStart and totalAtEnd. */
  timeOf(n: number): number;
}

interface Place {
  readonly startMs: number;
  readonly totalAtStart: number;
  readonly lengthMs: number;
  readonly from: number;
  readonly to: number;
}

/** A straight line from one rate to another. */
export function linearSegment({ startMs, totalAtStart, lengthMs, from, to }: Place): Segment {
  const seconds = lengthMs / 1_000;
  const slope = (to - from) / seconds;
  const cumulative = (ms: number): number => {
    const t = (ms - startMs) / 1_000;
    return totalAtStart + t * (from + 0.5 * slope * t);
  };
  const endMs = startMs + lengthMs;
  return {
    startMs,
    endMs,
    totalAtStart,
    totalAtEnd: totalAtStart + 0.5 * (from + to) * seconds,
    straight: true,
    rateAt: (ms) => from + slope * ((ms - startMs) / 1_000),
    cumulative,
    timeOf(n) {
      const part = n - totalAtStart;
      if (part <= 0) return startMs;
      // The root of from·t + slope·t²/2 = part, in the form that does not cancel for small slopes.
      const rateThere = Math.sqrt(Math.max(0, from * from + 2 * slope * part));
      return Math.min(endMs, startMs + (1_000 * 2 * part) / (from + rateThere));
    },
  };
}

/** Newton converges from below on a concave or convex integral; rounding is reached long before. */
const maxNewtonSteps = 60;

/** From one rate towards another, halving the distance every `halfLifeMs`. */
export function exponentialSegment(place: Place & { readonly halfLifeMs: number }): Segment {
  const { startMs, totalAtStart, lengthMs, from, to, halfLifeMs } = place;
  const perSecond = (Math.LN2 * 1_000) / halfLifeMs;
  const distance = from - to;
  const endMs = startMs + lengthMs;
  const seconds = lengthMs / 1_000;
  const rate = (t: number): number => to + distance * Math.exp(-perSecond * t);
  const integral = (t: number): number => to * t - (distance / perSecond) * Math.expm1(-perSecond * t);
  return {
    startMs,
    endMs,
    totalAtStart,
    totalAtEnd: totalAtStart + integral(seconds),
    straight: false,
    rateAt: (ms) => rate((ms - startMs) / 1_000),
    cumulative: (ms) => totalAtStart + integral((ms - startMs) / 1_000),
    timeOf(n) {
      const part = n - totalAtStart;
      if (part <= 0) return startMs;
      const t =
        to === 0 ? -Math.log1p((-part * perSecond) / distance) / perSecond : solve(integral, rate, part, seconds);
      return Math.min(endMs, startMs + 1_000 * t);
    },
  };
}

/** The t of [0, end] with integral(t) = part: Newton, kept inside a shrinking bracket. */
function solve(integral: (t: number) => number, rate: (t: number) => number, part: number, end: number): number {
  let low = 0;
  let high = end;
  let t = 0.5 * end;
  for (let step = 0; step < maxNewtonSteps; step++) {
    const miss = integral(t) - part;
    if (miss === 0) return t;
    if (miss > 0) high = t;
    else low = t;
    const newton = t - miss / rate(t);
    const next = newton > low && newton < high ? newton : 0.5 * (low + high);
    if (next === t) return t;
    t = next;
  }
  return t;
}
