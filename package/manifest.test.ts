import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { compiledManifest, exportedSources, manifestFile, sourceManifest } from './manifest.ts';

const text = readFileSync(manifestFile, 'utf8');

it('exports sources that are there: an npm pack that was killed has left what it packed', () => {
  const sources = exportedSources(text);
  expect(sources.length, 'node package/manifest.ts sources').toBeGreaterThan(5);
  expect(sources.filter((path) => !existsSync(join(manifestFile, '..', path)))).toEqual([]);
});

it('names what was compiled in the package, and the sources again afterwards', () => {
  const packed = compiledManifest(text, 'dist/');
  const { bin, exports } = JSON.parse(packed) as { bin: Record<string, string>; exports: Record<string, string> };
  expect(bin).toEqual({ toofan: 'dist/harness/toofan.js' });
  expect(exports['./objectives']).toBe('./dist/harness/judge/objectives/index.js');
  expect(Object.values(exports).filter((path) => path.endsWith('.ts'))).toEqual([]);
  expect(sourceManifest(packed, 'dist/')).toBe(text);
});
