import type { Operation, World } from '../domains/domain.ts';
import type { CurvePhase } from './load-curve.ts';

/** Enough to find the few keys in highest demand; takes a hundredth of a second. */
const mostSampled = 2_000;

const perMs = ({ arrivals, startMs, endMs }: CurvePhase) => arrivals / (endMs - startMs);

/** The phase with the highest planned rate. */
export function highestPhase(phases: readonly CurvePhase[]): CurvePhase {
  const [first, ...rest] = phases;
  if (first === undefined) throw new RangeError('a load curve needs at least one phase');
  return rest.reduce((best, phase) => (perMs(phase) > perMs(best) ? phase : best), first);
}

/** 2,000 evenly spaced primary operations of the peak phase; all of them if it has fewer. */
export function sampleOfSurge(
  world: Pick<World, 'operation'>,
  phases: readonly CurvePhase[],
  slotsPerArrival: number,
): Operation[] {
  const { firstArrival, arrivals } = highestPhase(phases);
  const size = Math.min(arrivals, mostSampled);
  // The primary operation of an arrival has its first slot.
  return Array.from({ length: size }, (_, place) =>
    world.operation((firstArrival + Math.floor((place * arrivals) / size)) * slotsPerArrival),
  );
}

/** A key in high demand, its human-readable name, and how many units of it there were. */
export interface WantedKey {
  readonly key: string;
  readonly name: string;
  readonly opening: number;
}

/** The keys with an opening balance for which these operations ask the most units, highest first; at most `most`. */
export function mostWanted(
  operations: readonly Pick<Operation, 'key' | 'quantity'>[],
  { opening, catalogue }: Pick<World, 'opening' | 'catalogue'>,
  most: number,
): WantedKey[] {
  const asked = new Map<string, number>();
  for (const { key, quantity } of operations) asked.set(key, (asked.get(key) ?? 0) + quantity);
  const openings = new Map(opening.map(({ key, available }) => [key, available]));
  const names = new Map(catalogue.map(({ key, name }) => [key, name]));
  return [...asked]
    .toSorted(([, a], [, b]) => b - a)
    .flatMap(([key]) => {
      const units = openings.get(key);
      return units === undefined ? [] : [{ key, name: names.get(key) ?? key, opening: units }];
    })
    .slice(0, most);
}

/** The average amount of an operation, paise; 0 for none. */
export const meanAmountPaise = (operations: readonly Pick<Operation, 'amountPaise'>[]): number =>
  operations.length === 0 ? 0 : operations.reduce((sum, { amountPaise }) => sum + amountPaise, 0) / operations.length;
