import { readFile } from 'node:fs/promises';

import { badInput } from '../errors.ts';

/** A recording of more lines than this (a week, by the second) is a mistake. */
const linesAtMost = 604_800;

/**
 * Reads the points of a `replay` phase: lines of `second,rate`, seconds rising, rates per second; a heading, empty lines
 * and lines that begin with # are passed over. Throws a UserError (65) with every bad line.
 */
export async function readRecordedCurve(path: string): Promise<(readonly [second: number, perSecond: number])[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw badInput(
      `${path}: cannot be read (${error.code ?? error.message}); give the path of a CSV file of second,rate`,
    );
  });
  const points: (readonly [number, number])[] = [];
  const problems: string[] = [];
  const lines = text.split(/\r?\n/);
  if (lines.length > linesAtMost) throw badInput(`${path}: has more than ${linesAtMost} lines; thin it out`);
  lines.forEach((line, index) => {
    if (line.trim() === '' || line.startsWith('#') || (index === 0 && /^\D/.test(line))) return;
    const point = parsePoint(line);
    const before = points.at(-1);
    if (point === undefined)
      problems.push(`${path}:${index + 1}: "${line.slice(0, 40)}" is not second,rate such as 12.5,1800`);
    else if (before !== undefined && point[0] <= before[0])
      problems.push(`${path}:${index + 1}: second ${point[0]} does not come after ${before[0]}; sort the file by time`);
    else points.push(point);
  });
  if (problems.length === 0 && points.length < 2)
    problems.push(`${path}: holds fewer than two points; a curve needs two`);
  if (problems.length > 0) throw badInput(problems.slice(0, 20).join('\n'));
  return points;
}

function parsePoint(line: string): readonly [number, number] | undefined {
  const fields = line.split(',').map((field) => field.trim());
  const [second, perSecond] = fields.map(Number);
  if (fields.length !== 2 || fields.includes('') || second === undefined || perSecond === undefined) return undefined;
  const sane = Number.isFinite(second) && second >= 0 && Number.isFinite(perSecond) && perSecond >= 0;
  return sane ? [second, perSecond] : undefined;
}
