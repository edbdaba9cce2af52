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
      `${path}:6: second 4 does not come after 5; sort the file by time`,
  );
});

test('says what to give where there is no file, or no curve in it', async () => {
  await expect(readRecordedCurve(join(folder, 'none.csv'))).rejects.toThrow(/none\.csv: cannot be read \(ENOENT\)/);
  await expect(readRecordedCurve(await file('second,rate\n0,1\n'))).rejects.toThrow(/fewer than two points/);
});
