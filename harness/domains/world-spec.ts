import { z } from 'zod';

/** What the specifications of worlds share. */

const largestExponent = 5;

/** How often each rank is drawn: rank r in proportion to 1 / r^exponent. */
export const zipfPopularity = z.strictObject(
  { distribution: z.literal('zipf'), exponent: z.number().min(0).max(largestExponent) },
  { error: 'must be zipf(exponent)' },
);
export type ZipfPopularity = Readonly<z.infer<typeof zipfPopularity>>;
export const zipf = (exponent: number): ZipfPopularity => ({ distribution: 'zipf', exponent });

/** How often rank r (from 0) is drawn, against the other ranks. */
export const zipfWeight = (rank: number, { exponent }: ZipfPopularity): number => (rank + 1) ** -exponent;

/** A share of all. */
export const share = z.number().min(0).max(1);

/** For a check of several members together: it is made wherever all are numbers, whatever is wrong beside them. */
export const whereNumbers =
  (...names: readonly string[]) =>
  ({ value }: { readonly value: unknown }): boolean =>
    typeof value === 'object' &&
    value !== null &&
    names.every((name) => typeof (value as Record<string, unknown>)[name] === 'number');
