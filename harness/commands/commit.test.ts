import { execFileSync } from 'node:child_process';
import { appendFile, chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { commitOf } from './commit.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'toofan-commit-'));
  // A repository that contains the temporary folder must not be found.
  vi.stubEnv('GIT_CEILING_DIRECTORIES', tmpdir());
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.invalid', ...args], { cwd: folder })
    .toString()
    .trim();

async function repository(): Promise<string> {
  git('init', '--quiet');
  await writeFile(join(folder, 'a'), '1');
  git('add', 'a');
  git('commit', '--quiet', '--message', 'one');
  return git('rev-parse', 'HEAD');
}

it('names the commit, from a folder below too, whatever tag is on it, and files that git does not know change nothing', async () => {
  const head = await repository();
  git('tag', '--annotate', '--message', 'one', 'v1');
  await mkdir(join(folder, 'below'));
  await writeFile(join(folder, 'below', 'new'), '');
  expect(await commitOf(join(folder, 'below'))).toBe(head);
});

it('says that tracked files were changed', async () => {
  const head = await repository();
  await appendFile(join(folder, 'a'), '2');
  expect(await commitOf(folder)).toBe(`${head}-dirty`);
});

it('knows none outside of a repository, before its first commit, and where the folder is gone', async () => {
  expect(await commitOf(folder)).toBeUndefined();
  git('init', '--quiet');
  expect(await commitOf(folder)).toBeUndefined();
  expect(await commitOf(join(folder, 'gone'))).toBeUndefined();
});

it('knows none without git, and does not wait for one that does not answer', async () => {
  await repository();
  vi.stubEnv('PATH', folder);
  expect(await commitOf(folder)).toBeUndefined();
  await writeFile(join(folder, 'git'), '#!/bin/sh\nwhile :; do :; done\n');
  await chmod(join(folder, 'git'), 0o755);
  const begun = performance.now();
  expect(await commitOf(folder)).toBeUndefined();
  expect(performance.now() - begun).toBeLessThan(10_000);
});
