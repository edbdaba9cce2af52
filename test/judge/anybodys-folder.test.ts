/**
 * A results folder is untrusted, and may have any name: the judge reads only that folder, writes to no other, and obeys nothing
 * in it.
 */
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { inventory } from '../../harness/domains/inventory/index.ts';
import { sealHistory } from '../../harness/history/parts.ts';
import { type History, openHistory } from '../../harness/history/reader.ts';
import { openRecorder } from '../../harness/history/recorder.ts';
import { judge } from '../../harness/judge/judge.ts';
import { aHistory, type SmallHistory } from './a-history.ts';
import { sound } from './small-results.ts';

let temporary: string;
beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'toofan-anybodys-'));
  vi.stubEnv('TMPDIR', temporary);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(temporary, { recursive: true, force: true });
});

/** The same with a broken promise. */
const broken: SmallHistory = {
  ...sound,
  ops: [
    {
      op: 1,
      at: 0,
      answers: [
        ['confirmed', 5],
        ['revoked', 9],
      ],
    },
  ],
};

describe('a path is a path', () => {
  const names = [
    ['run[1]', 'run1'],
    ['a*b', 'aXb'],
    ['what?', 'whatX'],
    ['[!a]', 'b'],
    ['[a-z]', 'q'],
    ['**', 'any'],
    ['op=7', 'op=8'],
    ['phase=x', 'phase=y'],
    ["it's", 'its'],
    ['"q"', 'q'],
    ['sp ace, com,ma', 'sp'],
    ['ü नमस्ते', 'u'],
    ['-dash', 'dash'],
    ['{a,b}', 'a'],
    ['$HOME ~ %20', 'x'],
    ['new\nline', 'newline'],
    ['b\\c', 'bc'],
    ['s3:', 's3'],
  ] as const;

  test.each(names)('a history in %j is judged, and not its sibling', async (name, sibling) => {
    const [folder, other] = [join(temporary, 'runs', name), join(temporary, 'runs', sibling)];
    await cp(await aHistory(sound), folder, { recursive: true });
    await cp(await aHistory(broken), other, { recursive: true });
    const { verdict, invariants } = await judge(folder, inventory, join(folder, 'counterexamples'));
    expect(invariants.map((one) => one.verdict)).toEqual(['pass', 'pass']);
    expect(verdict).not.toBe('fail');
    const convicted = await judge(other, inventory, join(folder, 'counterexamples'));
    expect(convicted.invariants.map((one) => one.verdict)).toEqual(['pass', 'fail']);
    expect(await readdir(join(folder, 'counterexamples'))).toEqual(['promise-kept.parquet']);
  });

  test.each(names)('a history is written to %j as anywhere', async (name) => {
    const { drill } = await withHistory(await aHistory(sound), (history) => Promise.resolve(history));
    const folder = join(temporary, name, 'history');
    {
      await using recorder = await openRecorder(folder, 'small');
      await recorder.append('events', [{ at: 1, kind: 'phase', name: 'x', stage: 'commanded', detail: '' }]);
    }
    await sealHistory(folder, drill);
    const record = JSON.parse(await readFile(join(folder, 'drill.json'), 'utf8')) as { parts: object[] };
    expect(record.parts).toMatchObject([{ table: 'events', file: 'events-small.parquet', rows: 1 }]);
  });

  test('a temporary folder of such a name is one too', async () => {
    const folder = await aHistory(broken);
    const odd = join(temporary, "tmp [1]* it's é=1");
    await mkdir(odd);
    vi.stubEnv('TMPDIR', odd);
    const kept = join(temporary, 'kept');
    expect((await judge(folder, inventory, kept)).verdict).toBe('fail');
    expect(await readdir(kept)).toEqual(['promise-kept.parquet']);
    expect(await readdir(odd)).toEqual([]);
  });

  test('what cannot be read under its name is refused', async () => {
    const folder = join(temporary, 'b\\c[1]');
    await cp(await aHistory(sound), folder, { recursive: true });
    await expect(judge(folder, inventory)).rejects.toMatchObject({
      exitCode: 65,
      message: expect.stringContaining('a path with a backslash beside any of [ * ?') as string,
    });
  });
});

async function withHistory<Result>(folder: string, use: (history: History) => Promise<Result>): Promise<Result> {
  await using history = await openHistory(folder);
  return await use(history);
}

const outside = (file: string) => [
  `COPY (SELECT 1) TO '${file}'`,
  `COPY (SELECT 1 AS x) TO '${file}' (FORMAT parquet)`,
  `ATTACH '${file}'`,
  `EXPORT DATABASE '${dirname(file)}'`,
  `CREATE TABLE t AS FROM read_csv('/etc/passwd')`,
  `CREATE TABLE t AS FROM read_text('/etc/passwd')`,
  `CREATE TABLE t AS FROM glob('/etc/*')`,
  `INSTALL httpfs`,
  `LOAD httpfs`,
  `CREATE TABLE t AS FROM read_csv('https://127.0.0.1:9/x.csv')`,
  `SET enable_external_access = true`,
  `SET memory_limit = '9GB'`,
  `SET allowed_directories = ['/']`,
  `RESET lock_configuration`,
];

describe('an open history reaches nothing but itself', () => {
  test('whatever the query says', async () => {
    const folder = await aHistory(sound);
    const there = join(temporary, 'there.parquet');
    await copyFile(join(folder, 'events-small.parquet'), there);
    const before = (await readdir(temporary)).toSorted();
    await withHistory(folder, async (history) => {
      const reached: string[] = [];
      const refusal = /disabled by configuration|disabled through configuration|locked|Cannot change/;
      for (const sql of [...outside(join(temporary, 'written')), `CREATE TABLE t AS FROM read_parquet('${there}')`]) {
        const said = await history.run(sql).then(() => 'done', String);
        if (!refusal.test(said)) reached.push(`${sql}: ${said}`);
      }
      expect(reached).toEqual([]);
      const after = (await readdir(temporary)).filter((name) => !name.startsWith('toofan-judge-'));
      expect(after.toSorted()).toEqual(before);
    });
  });

  test.each(['closedAt', 'loadEndedAt', 'drainedAt'])('a record whose %s is a query is refused', async (member) => {
    const folder = await aHistory(sound);
    const written = join(temporary, 'written.csv');
    const file = join(folder, 'drill.json');
    const record = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    record[member] = `0); COPY (SELECT 1) TO '${written}'; SELECT (1`;
    await writeFile(file, JSON.stringify(record));
    await expect(judge(folder, inventory)).rejects.toMatchObject({ exitCode: 65 });
    expect(await readdir(temporary)).not.toContain('written.csv');
  });

  test.each(['/dev/zero', '/dev/tty'])('a part that leads to %s is refused, not waited for', async (device) => {
    const folder = await aHistory(sound);
    for (const file of ['events-small.parquet', 'drill.json']) {
      await rm(join(folder, file));
      await symlink(device, join(folder, file));
      await expect(judge(folder, inventory)).rejects.toMatchObject({
        exitCode: 65,
        message: expect.stringContaining(`${file}: is not a file but a device`) as string,
      });
    }
  });
});

describe('counterexamples', () => {
  test('are not written through a link, nor removed through one, and a note says so', async () => {
    const [folder, elsewhere] = [await aHistory(broken), join(temporary, 'elsewhere')];
    await mkdir(elsewhere);
    await writeFile(join(elsewhere, 'no-oversell.parquet'), 'theirs');
    await symlink(elsewhere, join(folder, 'counterexamples'));
    const { notes } = await judge(folder, inventory, join(folder, 'counterexamples'));
    expect(notes.join('\n')).toContain('Not all counterexamples are saved');
    expect(await readdir(elsewhere)).toEqual(['no-oversell.parquet']);
    expect(await readFile(join(elsewhere, 'no-oversell.parquet'), 'utf8')).toBe('theirs');
  });

  test('that cannot be written take nothing from the verdict', async () => {
    const folder = await aHistory(broken);
    await writeFile(join(folder, 'counterexamples'), 'no folder');
    const { verdict, notes } = await judge(folder, inventory, join(folder, 'counterexamples'));
    expect(verdict).toBe('fail');
    expect(notes.join('\n')).toContain('Not all counterexamples are saved');
  });
});
