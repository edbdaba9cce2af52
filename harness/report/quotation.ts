/**
 * The text that `seed('1454-1550')` cites comes with Toofan; a report quotes the lines, so that a number can be checked without
 * it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The text's path relative to the package's own folder. Records cannot influence it. */
export const sourceFile = 'docs/source/episode-11-etl-data-integration.txt';

/** Keeps a report small even if a record cites the whole text, and cites it often. */
const longestQuotation = 400;

export interface Quotation {
  /** The number of the first line, from 1. */
  readonly first: number;
  readonly lines: readonly string[];
  /** Cited, but omitted because the quotation would be too long. */
  readonly leftOut: number;
}

/** First and last line of `1454-1550` or `4541`; undefined if it is not such a range. */
export function lineRange(cited: string): readonly [first: number, last: number] | undefined {
  const match = /^([1-9]\d{0,6})(?:-([1-9]\d{0,6}))?$/.exec(cited);
  if (match === null) return undefined;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  return first <= last ? [first, last] : undefined;
}

/** The cited lines, at most 400; undefined if the text does not have them. */
export function quotation(cited: string): Quotation | undefined {
  const range = lineRange(cited);
  if (range === undefined) return undefined;
  const [first, last] = range;
  const text = sourceLines();
  if (last > text.length) return undefined;
  const lines = text.slice(first - 1, Math.min(last, first - 1 + longestQuotation));
  return { first, lines, leftOut: last - first + 1 - lines.length };
}

let read: readonly string[] | undefined;

/** The text line by line; read once, when the first report cites it. */
export const sourceLines = (): readonly string[] =>
  (read ??= readFileSync(join(packageFolder(), sourceFile), 'utf8').replace(/\n$/, '').split('\n'));

/** The nearest parent folder with a package.json: the same for sources in a clone and for compiled code. */
function packageFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}
