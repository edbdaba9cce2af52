import { z } from 'zod';

/** Shared by the specifications of worlds. */

const largestExponent = 5;

/** How often each rank is drawn: rank r in proportion to 1 / r^exponent. */
export const zipfPopularity = z.strictObject(
  { distribution: z.literal('zipf'), exponent: z.number().min(0).max(largestExponent) },
  { error: 'must be zipf(exponent)' },
);
export type ZipfPopularity = Readonly<z.infer<typeof zipfPopularity>>;
export const zipf = (exponent: number): ZipfPopularity => ({ distribution: 'zipf', exponent });

/** Relative frequency of rank r (from 0). */
export const zipfWeight = (rank: number, { exponent }: ZipfPopularity): number => (rank + 1) ** -exponent;

/** A share of all. */
export const share = z.number().min(0).max(1);

/** For a joint check of several members: runs whenever all are numbers, whatever else is wrong. */
export const whereNumbers =
  (...names: readonly string[]) =>
  ({ value }: { readonly value: unknown }): boolean =>
    typeof value === 'object' &&
    value !== null &&
    names.every((name) => typeof (value as Record<string, unknown>)[name] === 'number');
