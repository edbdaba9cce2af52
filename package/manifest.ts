/**
 * The clone's package.json exports the sources; the package's exports the compiled code. npm packs the file as it is, so prepack
 * and postpack switch it: `node package/manifest.ts compiled`, `node package/manifest.ts sources`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const manifestFile = join(import.meta.dirname, '../package.json');

/** The manifest with compiled code in place of its sources; `folder` is `dist/`, relative to the manifest. */
export const compiledManifest = (text: string, folder: string): string =>
  text
    .replaceAll(/"(\.\/)?(harness\/[^"]+)\.ts"/g, `"$1${folder}$2.js"`)
    .replaceAll(/"harness\/toofan\.js"/g, `"${folder}harness/toofan.js"`);

/** The manifest before `compiledManifest`. */
export const sourceManifest = (text: string, folder: string): string =>
  text
    .replaceAll(`"${folder}harness/toofan.js"`, '"harness/toofan.js"')
    .replaceAll(new RegExp(`"(\\./)${folder}(harness/[^"]+)\\.js"`, 'g'), '"$1$2.ts"');

/** The sources that the manifest exports. */
export function exportedSources(text: string): string[] {
  const manifest = JSON.parse(text) as { readonly exports: Readonly<Record<string, string>> };
  return Object.values(manifest.exports).filter((path) => path.endsWith('.ts'));
}

if (import.meta.main) {
  const turned = process.argv[2] === 'compiled' ? compiledManifest : sourceManifest;
  writeFileSync(manifestFile, turned(readFileSync(manifestFile, 'utf8'), 'dist/'));
}
