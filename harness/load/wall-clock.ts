/** Milliseconds since the epoch with fractions, never going back: the wall clock read once, then the monotonic one. */
export type WallClock = () => number;

/** What it is read from: whole milliseconds since the epoch, and milliseconds with fractions since any fixed moment. */
export interface Clocks {
  readonly wall: () => number;
  readonly monotonic: () => number;
}
const systemClocks: Clocks = { wall: () => Date.now(), monotonic: () => performance.now() };

/** The wall clock tells whole milliseconds; seeing one begin, between two looks so close together, gives the fraction too. */
const closeEnoughMs = 0.05;
const alignWithinMs = 1_000;

/**
 * Takes a millisecond or two, and up to a second where the machine is very busy. Call it shortly before the load: clocks that are
 * corrected meanwhile drift apart. A process that loses its core between two looks takes the tick for one that began then, so the
 * tick with the closest looks counts.
 */
export function wallClock({ wall, monotonic }: Clocks = systemClocks): WallClock {
  const startedAt = monotonic();
  let [lastTick, lastLookAt] = [wall(), startedAt];
  let best = { offset: lastTick - startedAt, apartMs: Number.POSITIVE_INFINITY };
  while (best.apartMs > closeEnoughMs && lastLookAt - startedAt < alignWithinMs) {
    const lookAt = monotonic();
    const tick = wall();
    const doneAt = monotonic();
    // It began after the look before and before this one was done.
    if (tick !== lastTick && doneAt - lastLookAt < best.apartMs)
      best = { offset: tick - (lastLookAt + doneAt) / 2, apartMs: doneAt - lastLookAt };
    [lastTick, lastLookAt] = [tick, lookAt];
  }
  return () => best.offset + monotonic();
}
