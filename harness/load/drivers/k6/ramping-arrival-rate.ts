import type { LoadCurve } from '../../load-curve.ts';

/** k6's `ramping-arrival-rate` executor, as far as the curve determines it. */
export interface RampingArrivalRate {
  readonly startRate: number;
  readonly timeUnit: string;
  readonly stages: readonly { readonly target: number; readonly duration: string }[];
}

/** k6 takes whole rates; counted per this many seconds, rounding is off by a hundred-thousandth of a visit per second at most. */
const unitSeconds = 50_000;
/**
 * After the end of the curve, for the last visit: it may lack up to half of its unit there, and k6 starts none at its very end.
 */
const tail = { perSecond: 1_000, lastsMs: 100 } as const;

/** The rates at which every n-th arrival of the curve comes; iterations after the last of them belong to no visit. */
export function rampingArrivalRate(curve: Pick<LoadCurve, 'lines'>, everyNth: number): RampingArrivalRate {
  const rate = (perSecond: number): number => Math.round((perSecond / everyNth) * unitSeconds);
  const lines = curve.lines();
  const startRate = rate(lines[0]?.from ?? 0);
  const stages: { target: number; duration: string }[] = [];
  let before = startRate;
  for (const { startMs, endMs, from, to } of lines) {
    if (rate(from) !== before) stages.push({ target: rate(from), duration: '0s' });
    stages.push({ target: rate(to), duration: `${(endMs - startMs).toFixed(6)}ms` });
    before = rate(to);
  }
  stages.push(
    { target: tail.perSecond * unitSeconds, duration: '0s' },
    { target: tail.perSecond * unitSeconds, duration: `${tail.lastsMs}ms` },
  );
  return { startRate, timeUnit: `${unitSeconds}s`, stages };
}
