/**
 * package.json exports the sources, which the clone runs as they are; that of the package exports what was compiled of them. npm packs
 * the file as it lies there, so prepack and postpack turn it over: `node package/manifest.ts compiled`, `node package/manifest.ts sources`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const manifestFile = join(import.meta.dirname, '../package.json');

/** The manifest with what was compiled in the place of its sources; `folder` is `dist/`, seen from the manifest. */
export const compiledManifest = (text: string, folder: string): string =>
  text
    .replaceAll(/"(\.\/)?(harness\/[^"]+)\.ts"/g, `"$1${folder}$2.js"`)
    .replaceAll(/"harness\/toofan\.js"/g, `"${folder}harness/toofan.js"`);

/** The manifest as it was before `compiledManifest`. */
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
