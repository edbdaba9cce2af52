import { copyFile, mkdtemp, readdir, readFile, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { inventory } from '../../harness/domains/inventory/index.ts';
import { UserError } from '../../harness/errors.ts';
import { judge } from '../../harness/judge/judge.ts';
import { aHistory } from './a-history.ts';

/** The temporary folder of these tests alone: others judge at the same time, and what is left behind is counted here. */
let temporary: string;
let folder: string;
beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'toofan-bad-history-'));
  vi.stubEnv('TMPDIR', temporary);
  folder = await aHistory({
    opening: { p: 9 },
    invariants: inventory.invariants.map(({ name }) => name),
    ops: Array.from({ length: 500 }, (_, op) => ({ op, at: op, answers: [['sold_out', op + 5]] as const })),
  });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(temporary, { recursive: true, force: true });
});

/** The one line that a user sees; fails where it is no user's error of code 65, or more than a line. */
async function complaint(): Promise<string> {
  const before = await temporaryFolders();
  const error: unknown = await judge(folder, inventory).then(
    () => 'judged',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  const { exitCode, message } = error as UserError;
  expect(exitCode).toBe(65);
  expect(message).not.toContain('\n');
  expect(await temporaryFolders()).toEqual(before);
  return message;
}
const temporaryFolders = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('toofan-judge-'));

const part = (table: string) => join(folder, `${table}-small.parquet`);
async function editRecord(edit: (record: Record<string, unknown>) => Record<string, unknown>): Promise<void> {
  const file = join(folder, 'drill.json');
  await writeFile(file, JSON.stringify(edit(JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>)));
}

const scenario = (change: object) =>
  editRecord((record) => ({ ...record, scenario: { ...(record['scenario'] as object), ...change } }));

test('a folder that is not there, or is no history', async () => {
  await rm(folder, { recursive: true });
  expect(await complaint()).toContain('drill.json: cannot be read; name the folder of a run');
  folder = await mkdtemp(join(tmpdir(), 'toofan-small-'));
  expect(await complaint()).toContain('drill.json: cannot be read; name the folder of a run');
});

test('a record that was cut short, is of another version, or lacks what it needs', async () => {
  await truncate(join(folder, 'drill.json'), 100);
  expect(await complaint()).toContain('drill.json: is not whole JSON, cut short perhaps');
  await writeFile(join(folder, 'drill.json'), '[]');
  expect(await complaint()).toContain('is not the record of a drill');
  await writeFile(join(folder, 'drill.json'), '{"schema":2}');
  expect(await complaint()).toContain('has schema 2 and this version reads 1; judge it with the version that wrote it');
  await writeFile(join(folder, 'drill.json'), '{"schema":1,"run":"x"}');
  expect(await complaint()).toContain('lacks scenario, loadScale');
});

test('a part that was cut short', async () => {
  await truncate(part('decisions'), 300);
  expect(await complaint()).toContain('decisions-small.parquet: is not a whole Parquet file, cut short perhaps');
});

test('a part that is damaged in its middle', async () => {
  const bytes = await readFile(part('decisions'));
  bytes.fill(0xff, 8, Math.floor(bytes.length / 3));
  await writeFile(part('decisions'), bytes);
  expect(await complaint()).toContain('decisions-small.parquet: is damaged');
});

test('a part of something else', async () => {
  await copyFile(part('events'), part('decisions'));
  expect(await complaint()).toMatch(
    /decisions-small\.parquet: is not a part of a history \(no column op, no column key/,
  );
});

test('a part that got lost, where the offsets say that something was logged', async () => {
  await unlink(part('decisions'));
  expect(await complaint()).toContain('has no decisions-*.parquet');
});

test('a history of another domain, or with objectives and invariants that nobody knows', async () => {
  await scenario({ domain: 'wallet' });
  expect(await complaint()).toContain("is of the domain 'wallet', not 'inventory'");
  await scenario({ domain: 'inventory', invariants: ['no-such'] });
  expect(await complaint()).toContain('no-such');
  await scenario({ invariants: [], objectives: [{ type: 'no-such' }] });
  expect(await complaint()).toContain('no-such');
});
