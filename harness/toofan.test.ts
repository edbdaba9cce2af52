import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { version } from './version.ts';

const program = join(import.meta.dirname, 'toofan.js');
let cache = '';
beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), 'toofan-cache-'));
});
afterAll(() => rm(cache, { recursive: true, force: true }));

async function says(env: Record<string, string>): Promise<string> {
  const { NODE_COMPILE_CACHE: _, ...own } = process.env;
  const options = { env: { ...own, ...env }, timeout: 30_000 };
  return (await promisify(execFile)(process.execPath, [program, '--version'], options)).stdout;
}

it('keeps what was compiled for the next process, unless the user does not want it', async () => {
  const kept = join(cache, 'toofan', 'compiled');
  expect(await says({ XDG_CACHE_HOME: cache, NODE_DISABLE_COMPILE_CACHE: '1' })).toBe(`${version}\n`);
  expect(readdirSync(kept)).toEqual([]);
  expect(await says({ XDG_CACHE_HOME: cache })).toBe(`${version}\n`);
  expect(readdirSync(kept)).toHaveLength(1);
});

it('starts where nothing can be kept', async () => {
  expect(await says({ XDG_CACHE_HOME: '/proc/nowhere' })).toBe(`${version}\n`);
});
