import { readFile } from 'node:fs/promises';

import { badInput } from '../errors.ts';

/** A recording with more lines (a week, by the second) is a mistake. */
const linesAtMost = 604_800;
/** No drill is longer than a day; a longer recording is in milliseconds. */
const longestSeconds = 86_400;
/** Seconds since 1970 reach this in the year 5138. */
const latestSecond = 1e11;

/**
 * Reads the points of a `replay` phase: lines of `second,rate`, seconds rising, rates per second. Ignores one heading line, empty
 * lines, lines that begin with #, a byte order mark, and quotes and blanks around fields. Throws a UserError (65) with every bad
 * line.
 */
export async function readRecordedCurve(path: string): Promise<(readonly [second: number, perSecond: number])[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw badInput(
      `${path}: cannot be read (${error.code ?? error.message}); give the path of a CSV file of second,rate`,
    );
  });
  const points: (readonly [number, number])[] = [];
  const problems: string[] = [];
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  if (lines.length > linesAtMost) throw badInput(`${path}: has more than ${linesAtMost} lines; use fewer`);
  let isFirst = true;
  lines.forEach((line, index) => {
    if (line.trim() === '' || line.trimStart().startsWith('#')) return;
    const fields = fieldsOf(line);
    const isHeading = isFirst && fields.every((field) => !/\d/.test(field));
    isFirst = false;
    if (isHeading) return;
    const point = parsePoint(fields);
    const before = points.at(-1);
    if (point === undefined)
      problems.push(`${path}:${index + 1}: "${line.slice(0, 40)}" is not second,rate such as 12.5,1800`);
    else if (before !== undefined && point[0] <= before[0])
      problems.push(`${path}:${index + 1}: second ${point[0]} is not after ${before[0]}; sort the file by time`);
    else points.push(point);
  });
  if (problems.length === 0 && points.length < 2)
    problems.push(`${path}: has fewer than two points; a curve needs two`);
  if (problems.length === 0) problems.push(...tooLong(path, points));
  if (problems.length > 0) throw badInput(problems.slice(0, 20).join('\n'));
  return points;
}

const fieldsOf = (line: string): string[] =>
  line.split(',').map((field) => {
    const text = field.trim();
    return (/^"(.*)"$/.exec(text)?.[1] ?? text).trim();
  });

function parsePoint(fields: readonly string[]): readonly [number, number] | undefined {
  const [second, perSecond] = fields.map(Number);
  if (fields.length !== 2 || fields.includes('') || second === undefined || perSecond === undefined) return undefined;
  const sane = Number.isFinite(second) && second >= 0 && Number.isFinite(perSecond) && perSecond >= 0;
  return sane ? [second, perSecond] : undefined;
}

/** A recording in milliseconds would be replayed a thousand times too slowly. */
function tooLong(path: string, points: readonly (readonly [second: number, perSecond: number])[]): string[] {
  const [first, last] = [points[0]?.[0] ?? 0, points.at(-1)?.[0] ?? 0];
  if (last - first <= longestSeconds && last <= latestSecond) return [];
  const spans =
    last - first > longestSeconds ? `spans ${last - first} seconds, more than a day` : `ends at second ${last}`;
  return [`${path}: ${spans}: the first column is seconds; were these milliseconds? Divide them by 1000`];
}
