/** Milliseconds since the epoch with fractions, never going back: the wall clock read once, then the monotonic one. */
export type WallClock = () => number;

/** The wall clock tells whole milliseconds; waiting for one to begin gives the fraction too. */
const alignWithinMs = 50;

/** Takes up to a millisecond. To be called shortly before the load: clocks that are corrected meanwhile drift apart. */
export function wallClock(): WallClock {
  const startedAt = performance.now();
  const first = Date.now();
  let now = first;
  while (now === first && performance.now() - startedAt < alignWithinMs) now = Date.now();
  const offset = now - performance.now();
  return () => offset + performance.now();
}
