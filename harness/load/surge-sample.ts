import type { Operation, World } from '../domains/domain.ts';
import type { CurvePhase } from './load-curve.ts';

/** Enough to tell the few keys that most is asked of from the rest; a hundredth of a second of work. */
const mostSampled = 2_000;

const perMs = ({ arrivals, startMs, endMs }: CurvePhase) => arrivals / (endMs - startMs);

/** The phase in which most is planned for each second. */
export function highestPhase(phases: readonly CurvePhase[]): CurvePhase {
  const [first, ...rest] = phases;
  if (first === undefined) throw new RangeError('a load curve needs at least one phase');
  return rest.reduce((best, phase) => (perMs(phase) > perMs(best) ? phase : best), first);
}

/** Primary operations of the highest phase, as far apart from each other as 2,000 of it are; all of a shorter one. */
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

/** A key that much is asked of, what a person calls it, and how many units of it there were. */
export interface WantedKey {
  readonly key: string;
  readonly name: string;
  readonly opening: number;
}

/** The keys that these operations ask most units of, that first, of those that have an opening balance; at most `most`. */
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

/** What one operation is about on average, in paise; 0 of none. */
export const meanAmountPaise = (operations: readonly Pick<Operation, 'amountPaise'>[]): number =>
  operations.length === 0 ? 0 : operations.reduce((sum, { amountPaise }) => sum + amountPaise, 0) / operations.length;
