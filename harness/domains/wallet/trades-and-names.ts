import { faker } from '@faker-js/faker/locale/en_IN';
import { randomBelow } from '../random.ts';

/** A trade, its share of the merchants, and its prices in rupees. Our own shares and prices, for an Indian high street. */
export interface Trade {
  readonly name: string;
  readonly weight: number;
  readonly rupees: readonly [from: number, to: number];
}

export const trades: readonly Trade[] = [
  { name: 'Kirana Store', weight: 28, rupees: [30, 1_500] },
  { name: 'Tea Stall', weight: 12, rupees: [10, 120] },
  { name: 'Vegetables', weight: 12, rupees: [20, 400] },
  { name: 'Auto Stand', weight: 10, rupees: [30, 350] },
  { name: 'Medical Store', weight: 10, rupees: [60, 2_500] },
  { name: 'Restaurant', weight: 9, rupees: [120, 2_800] },
  { name: 'Mobile Recharge', weight: 8, rupees: [49, 599] },
  { name: 'Petrol Pump', weight: 6, rupees: [100, 3_000] },
  { name: 'Garments', weight: 3, rupees: [250, 6_000] },
  { name: 'Electronics', weight: 2, rupees: [500, 30_000] },
];

/** Faker's Indian names, recombined for each: first names, last names, cities. */
export interface Names {
  /** Always the same for the same number. */
  person(number: number): string;
  lastName(number: number): string;
  city(number: number): string;
}

const poolSize = 500;
const pool = (make: () => string): string[] => Array.from({ length: poolSize }, make);

/** Faker is seeded here and nothing else runs in between: same seed, same bytes. `stream` is that of the draws. */
export function makeNames(seed: number, stream: number): Names {
  faker.seed([Math.floor(seed / 0x1_0000_0000), seed >>> 0]);
  const first = pool(() => faker.person.firstName());
  const last = pool(() => faker.person.lastName());
  const cities = pool(() => faker.location.city());
  const of = (names: readonly string[], number: number, use: number) =>
    names[randomBelow(seed, number, stream + use, poolSize)] ?? '';
  const lastName = (number: number) => of(last, number, 1);
  return {
    person: (number) => `${of(first, number, 0)} ${lastName(number)}`,
    lastName,
    city: (number) => of(cities, number, 2),
  };
}
