/** What the specifications of worlds share. */

/** How often each rank is drawn: rank r in proportion to 1 / r^exponent. */
export interface ZipfPopularity {
  readonly distribution: 'zipf';
  readonly exponent: number;
}
export const zipf = (exponent: number): ZipfPopularity => ({ distribution: 'zipf', exponent });

/** How often rank r (from 0) is drawn, against the other ranks. */
export const zipfWeight = (rank: number, { exponent }: ZipfPopularity): number => (rank + 1) ** -exponent;

const largestExponent = 5;

/** Problems of a popularity, each beginning with its path. */
export function problemsOfPopularity(path: string, popularity: unknown): string[] {
  if (!isRecord(popularity) || popularity['distribution'] !== 'zipf')
    return [`${path}: must be zipf(exponent), is ${show(popularity)}`];
  const { exponent } = popularity;
  return isNumber(exponent) && exponent >= 0 && exponent <= largestExponent
    ? []
    : [`${path}.exponent: must be a number of 0 to ${largestExponent}, is ${show(exponent)}`];
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
export const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
export const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);
export const show = (value: unknown): string => (value === undefined ? 'missing' : JSON.stringify(value));
