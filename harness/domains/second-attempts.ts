/** How people use any system: they click twice, and take back what they asked for. */
import { randomBelow, randomFloat } from './random.ts';

/** A second attempt comes this many arrivals after the first: one of these, so that none is counted twice. */
export const secondAttemptAfter = [0, 1, 20, 300, 3_000] as const;

/**
 * Whether the operation of an arrival is retried so many arrivals later; never before the first arrival. A `share` of them is;
 * the two streams draw whether, and after how many.
 */
export function secondAttempts(
  seed: number,
  share: number,
  [whether, after]: readonly [whether: number, after: number],
): (arrival: number, later: number) => boolean {
  return (arrival, later) =>
    arrival >= 0 &&
    randomFloat(seed, arrival, whether) < share &&
    secondAttemptAfter[randomBelow(seed, arrival, after, secondAttemptAfter.length)] === later;
}

/** Share of those that come at the same moment as the operation they refer to, so that they may overtake it. */
const overtakes = 0.05;

/** How many arrivals back the referenced operation lies: mostly few, never before the first. */
export function arrivalsBack(seed: number, arrival: number, stream: number, within: number): number {
  const u = randomFloat(seed, arrival, stream);
  if (u < overtakes) return 0;
  const spread = (u - overtakes) / (1 - overtakes);
  return Math.min(arrival, 1 + Math.floor(spread * spread * Math.min(within, arrival)));
}
