/**
 * Compiles the package into dist/: the repository at its own paths, each .ts as .js, and types of the exports. Node runs no
 * TypeScript under node_modules. Run by `npm pack` (prepack); the clone does not need it.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { compiledManifest, exportedSources, manifestFile } from './manifest.ts';

const root = resolve(import.meta.dirname, '..');
const dist = join(root, 'dist');
const manifest = readFileSync(manifestFile, 'utf8');

/** Files read at run time that are not TypeScript: pages' styles and scripts, schemas, the container stack, the source text. */
const folders = ['harness', 'simulators', 'compose', 'dashboards/generated', 'docs/source'];
const singly = ['pom.xml', 'docker-compose.yml', '.dockerignore', 'package-lock.json'];

rmSync(dist, { recursive: true, force: true });
compile(join(root, 'package/tsconfig.json'));
compileTypes();
for (const path of [...folders.flatMap(assetsIn), ...singly]) {
  if (existsSync(join(dist, path)))
    throw new Error(`${path} would be written over what was compiled: give it another name`);
  cpSync(join(root, path), join(dist, path));
}
writeFileSync(join(dist, 'package.json'), ownManifest());
for (const path of filesIn(dist)) nameCompiled(path);

function compile(config: string): void {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [tsc, '--project', config], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`tsc ended with ${status}; npm run check says why`);
}

/** For the modules in dist/, which also import `toofan`, and for the shop's image, whose packages it names. */
function ownManifest(): string {
  const { files: _files, scripts: _scripts, ...rest } = JSON.parse(compiledManifest(manifest, ''));
  return `${JSON.stringify(rest, null, 2)}\n`;
}

/** Types of the exports and what they need; nothing else can be imported. */
function compileTypes(): void {
  const config = join(dist, 'tsconfig.json');
  const compilerOptions = { declaration: true, emitDeclarationOnly: true };
  const files = exportedSources(manifest).map((path) => join('..', path));
  writeFileSync(config, JSON.stringify({ extends: '../package/tsconfig.json', compilerOptions, include: [], files }));
  compile(config);
  rmSync(config);
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function assetsIn(folder: string): string[] {
  return filesIn(join(root, folder))
    .map((path) => path.slice(root.length + 1))
    .filter((path) => !path.endsWith('.ts') && !path.includes('/fixtures/'));
}

/** Modules that a text refers to as .ts are .js here: those that tsc left alone. Throws if a module does not exist. */
function nameCompiled(path: string): void {
  const before = readFileSync(path, 'utf8');
  let after = before;
  if (path.endsWith('.d.ts')) after = before.replaceAll(/((?:from |import\()['"]\.[^'"]*)\.ts(['"])/g, '$1.js$2');
  else if (path.endsWith('.js')) {
    after = before
      .replaceAll(/(\bnew URL\((['"`])[^'"`]*)\.ts(\2, import\.meta\.url\))/g, '$1.js$3')
      .replaceAll(/(\bimport\(['"]\.[^'"]*)\.ts(['"]\))/g, '$1.js$2');
    requireNamed(path, after.matchAll(/\bnew URL\(['"]([^'"]*\.\w+)['"], import\.meta\.url\)/g));
  } else if (basename(path) === 'docker-compose.yml') {
    after = before.replaceAll(/(simulators\/[\w/-]+)\.ts\b/g, '$1.js');
    requireNamed(path, after.matchAll(/(simulators\/[\w/-]+\.js)\b/g));
  }
  if (after !== before) writeFileSync(path, after);
}

function requireNamed(path: string, matches: Iterable<RegExpMatchArray>): void {
  for (const [, named = ''] of matches)
    if (!existsSync(join(dirname(path), named))) throw new Error(`${path} names ${named}, which is not in dist/`);
}
