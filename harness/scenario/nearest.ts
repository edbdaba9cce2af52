import { closest, distance } from 'fastest-levenshtein';

/** ` Did you mean 'x'?` where a known name is near enough to be a slip of the finger; else the names that there are. */
export function didYouMean(given: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const nearest = closest(given, [...known]);
  const near = distance(given, nearest) <= Math.ceil(given.length * 0.4) && given.length > 1;
  return near ? ` Did you mean '${nearest}'?` : ` There are: ${known.join(', ')}.`;
}
