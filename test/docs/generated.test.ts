import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { generatedDocs } from '../../docs/generate/index.ts';
import { faults } from '../../harness/faults/registry.ts';

const root = resolve(import.meta.dirname, '..', '..');

it('what is committed is what is generated', async () => {
  const stale = [...(await generatedDocs())].filter(([path, text]) => {
    try {
      return readFileSync(join(root, path), 'utf8') !== text;
    } catch {
      return true;
    }
  });
  expect(
    stale.map(([path]) => path),
    'run `npm run docs` and commit what it wrote',
  ).toEqual([]);
});

it('every page of a fault is that of a fault that there is', () => {
  const pages = readdirSync(join(root, 'docs/faults')).map((file) => file.replace(/\.md$/, ''));
  expect(pages.filter((page) => page !== 'README').toSorted()).toEqual([...faults.keys()].toSorted());
});
