/** Fractional milliseconds since the epoch, never going back: the wall clock read once, then the monotonic clock. */
export type WallClock = () => number;

/** Its sources: whole milliseconds since the epoch, and fractional milliseconds since any fixed moment. */
export interface Clocks {
  readonly wall: () => number;
  readonly monotonic: () => number;
}
const systemClocks: Clocks = { wall: () => Date.now(), monotonic: () => performance.now() };

/** The wall clock gives whole milliseconds; observing the start of one between two close readings gives the fraction too. */
const closeEnoughMs = 0.05;
const alignWithinMs = 1_000;

/**
 * Takes a millisecond or two, and up to a second on a very busy machine. Call it shortly before the load: later clock corrections
 * cause drift. If the process loses its core between two readings, the tick seems to start there, so the tick with the closest
 * readings is used.
 */
export function wallClock({ wall, monotonic }: Clocks = systemClocks): WallClock {
  const startedAt = monotonic();
  let [lastTick, lastLookAt] = [wall(), startedAt];
  let best = { offset: lastTick - startedAt, apartMs: Number.POSITIVE_INFINITY };
  while (best.apartMs > closeEnoughMs && lastLookAt - startedAt < alignWithinMs) {
    const lookAt = monotonic();
    const tick = wall();
    const doneAt = monotonic();
    // It began between the previous reading and the end of this one.
    if (tick !== lastTick && doneAt - lastLookAt < best.apartMs)
      best = { offset: tick - (lastLookAt + doneAt) / 2, apartMs: doneAt - lastLookAt };
    [lastTick, lastLookAt] = [tick, lookAt];
  }
  return () => best.offset + monotonic();
}
