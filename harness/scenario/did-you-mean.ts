import { closest, distance } from 'fastest-levenshtein';

/** ` Did you mean 'x'?` where a known name is near enough to be a slip of the finger; else the names that there are. */
export function didYouMean(given: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const found = [given, stemOf(given)].map((form) => nearestTo(form, known)).find((one) => one !== undefined);
  return found === undefined ? ` Known: ${known.join(', ')}.` : ` Did you mean '${found}'?`;
}

/** Of a path to a file the name alone: `smoke` for `scenarios/smoke.ts`. */
const stemOf = (given: string): string =>
  given
    .replace(/\/$/, '')
    .replace(/^.*\//, '')
    .replace(/\.\w+$/, '');

/** Letters are the same large and small: nothing of ours differs by that alone. */
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
