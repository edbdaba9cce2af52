import { closest, distance } from 'fastest-levenshtein';

/** ` Did you mean 'x'?` if a known name is close enough to be a typo; otherwise a list of the known names. */
export function didYouMean(given: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const found = [given, stemOf(given)].map((form) => nearestTo(form, known)).find((one) => one !== undefined);
  return found === undefined ? ` Known: ${known.join(', ')}.` : ` Did you mean '${found}'?`;
}

/** From a path only the file's name: `smoke` for `scenarios/smoke.ts`. */
const stemOf = (given: string): string =>
  given
    .replace(/\/$/, '')
    .replace(/^.*\//, '')
    .replace(/\.\w+$/, '');

/** Case-insensitive: none of our names differ by case alone. */
function nearestTo(given: string, known: readonly string[]): string | undefined {
  if (given.length < 2) return undefined;
  const lower = given.toLowerCase();
  const nearest = closest(
    lower,
    known.map((name) => name.toLowerCase()),
  );
  const isNear = distance(lower, nearest) <= Math.ceil(given.length * 0.4);
  return isNear ? known.find((name) => name.toLowerCase() === nearest) : undefined;
}
