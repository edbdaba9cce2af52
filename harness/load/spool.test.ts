import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Sent } from './spool.ts';
import { Spool } from './spool.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'toofan-spool-'));
});
afterAll(() => rm(folder, { recursive: true }));

const sent = (i: number): Sent => {
  const outcome = (['ok', 'failed', 'indeterminate'] as const)[i % 3] ?? 'ok';
  return {
    op: 2 ** 40 + i,
    attempt: 1 + (i % 2),
    arrival: 2 ** 31 + i,
    sentAt: 1_764_000_000_000.125 + i,
    ackedAt: outcome === 'ok' ? 1_764_000_000_001.5 + i : Number.NaN,
    outcome,
    error: outcome === 'ok' ? null : `because of ${i % 5}`,
  };
};

test('gives back what it was given, in order, over any number of chunks', async () => {
  await using spool = await Spool.open(join(folder, 'many'));
  const all = Array.from({ length: 20_001 }, (_, i) => sent(i));
  for (const one of all) spool.add(one);
  const read: Sent[] = [];
  for await (const some of spool.read()) read.push(...some);
  expect(read).toEqual(all);
});

test('gives nothing back where nothing was sent', async () => {
  await using spool = await Spool.open(join(folder, 'none'));
  for await (const some of spool.read()) expect(some).toEqual([]);
  await access(join(folder, 'none'));
});

test('does not write over a file that is there', async () => {
  await using first = await Spool.open(join(folder, 'twice'));
  expect(first).toBeDefined();
  await expect(Spool.open(join(folder, 'twice'))).rejects.toThrow(/EEXIST/);
});
