import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { UserError } from '../errors.ts';
import { readRecordedCurve } from './recorded-curve.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'toofan-curve-'));
});
afterAll(() => rm(folder, { recursive: true }));

const file = async (text: string): Promise<string> => {
  const path = join(folder, 'curve.csv');
  await writeFile(path, text);
  return path;
};

test('reads seconds and rates, past a heading, remarks and empty lines', async () => {
  const path = await file('second,rate\r\n# 23 September\r\n0, 100\r\n\r\n1.5,250.5\r\n10,0\r\n');
  expect(await readRecordedCurve(path)).toEqual([
    [0, 100],
    [1.5, 250.5],
    [10, 0],
  ]);
});

test('names every bad line at once', async () => {
  const path = await file('0,100\n1\n2,many\n2,-5\n5,1\n4,1\n');
  const error = await readRecordedCurve(path).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  expect(error).toHaveProperty('exitCode', 65);
  expect(String(error)).toBe(
    `UserError: ${path}:2: "1" is not second,rate such as 12.5,1800\n` +
      `${path}:3: "2,many" is not second,rate such as 12.5,1800\n` +
      `${path}:4: "2,-5" is not second,rate such as 12.5,1800\n` +
      `${path}:6: second 4 is not after 5; sort the file by time`,
  );
});

test('says what to give where there is no file, or no curve in it', async () => {
  await expect(readRecordedCurve(join(folder, 'none.csv'))).rejects.toThrow(/none\.csv: cannot be read \(ENOENT\)/);
  await expect(readRecordedCurve(await file('second,rate\n0,1\n'))).rejects.toThrow(/fewer than two points/);
});

test.each([
  ['a byte order mark', '\uFEFF0,100\n20,1000\n'],
  ['a blank in front', ' 0,100\n20,1000\n'],
  ['a point in front', '.0,100\n20,1000\n'],
  ['quotes', '"0","100"\r\n"20","1000"\r\n'],
  ['a byte order mark and a heading', '\uFEFF"Time","rate"\n0,100\n20,1000\n'],
  ['a remark before the heading', '# by hand\n\n second , rate\n 0 , 100\n  # more\n20,1000'],
  ['line ends of old', '0,100\r20,1000\r'],
])('drops no point for %s', async (_, text) => {
  expect(await readRecordedCurve(await file(text))).toEqual([
    [0, 100],
    [20, 1000],
  ]);
});

test.each(['-10,100\n0,5\n', '0x,1\n0,5\n1,1\n', '1 000,5\n2000,1\n', 'a,b\nc,d\n0,1\n1,1\n', '0,1,\n1,1\n2,2\n'])(
  'refuses a line that is neither point nor heading: %j',
  async (text) => {
    await expect(readRecordedCurve(await file(text))).rejects.toThrow(/curve\.csv:[12]: ".*" is not second,rate/);
  },
);

test('refuses milliseconds and times of day that are taken for seconds', async () => {
  await expect(readRecordedCurve(await file('"Time","rate"\n1700000000000,100\n1700000060000,200\n'))).rejects.toThrow(
    /ends at second 1700000060000: .*milliseconds\? Divide them by 1000/,
  );
  await expect(readRecordedCurve(await file('0,100\n90000000,200\n'))).rejects.toThrow(
    /spans 90000000 seconds, more than a day: .*milliseconds\? Divide/,
  );
});
