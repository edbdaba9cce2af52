import { once } from 'node:events';
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { downloadEnvironment } from '../../environment.ts';
import { unavailable } from '../../errors.ts';
import type { Session } from '../../session/session.ts';
import { cacheFolder, exists, makeCacheFolder } from './cache-folder.ts';
import { installCommand, onPath } from './on-path.ts';

/** A program that is found on PATH, or built once with the user's Go and kept in the cache. */
export interface GoProgram {
  /** Its usual name: `Toxiproxy`. */
  readonly title: string;
  /** Its name on PATH. */
  readonly command: string;
  /** `github.com/Shopify/toxiproxy/v2/cmd/server`, and its version `v2.12.0`. */
  readonly module: string;
  readonly version: string;
  /** Homebrew's name for it. */
  readonly brew: string;
  /** What needs it, for the error message: `the scenario's network faults need it`. */
  readonly why: string;
}

export const toxiproxy: GoProgram = {
  title: 'Toxiproxy',
  command: 'toxiproxy-server',
  module: 'github.com/Shopify/toxiproxy/v2/cmd/server',
  version: 'v2.12.0',
  brew: 'toxiproxy',
  why: "the scenario's network faults need it",
};

/** The newest version that `go install` can build: later ones need parts of their own source tree. */
export const k6: GoProgram = {
  title: 'k6',
  command: 'k6',
  module: 'go.k6.io/k6',
  version: 'v1.8.1',
  brew: 'k6',
  why: 'the scenario has HTTP shoppers',
};

/** k6 takes a minute and a half on two cores, with all its dependencies downloaded. */
const buildWithinMs = 600_000;

export const installGoProgram = ({ brew }: GoProgram): string =>
  process.platform === 'darwin'
    ? `brew install ${brew}`
    : `${installCommand({ debian: 'golang-go', fedora: 'golang', brew: 'go' })}   (Go builds it once)`;

/** `go install` names the binary after the last part of the module's path. */
const binaryOf = ({ module }: GoProgram): string => module.slice(module.lastIndexOf('/') + 1);
const cachedAt = (program: GoProgram): string =>
  join(cacheFolder(), `${program.command}-${program.version}`, binaryOf(program));

/** The path of an installed program: on PATH, or from an earlier build; undefined if there is none. */
export async function findGoProgram(program: GoProgram): Promise<string | undefined> {
  const found = await onPath(program.command);
  if (found !== undefined) return found;
  const cached = cachedAt(program);
  return (await exists(cached)) ? cached : undefined;
}

/** Finds a program, or builds it once with the user's Go; rejects (69), saying what to install, if there is neither. */
export async function installedGoProgram(
  program: GoProgram,
  session: Session,
  progress: (line: string) => void,
): Promise<string> {
  const { title, why, module, version } = program;
  const found = await findGoProgram(program);
  if (found !== undefined) return found;
  const go = await onPath('go');
  if (go === undefined) throw unavailable(`${title} is not installed, but ${why}: ${installGoProgram(program)}`);
  progress(`building ${title} with Go (once)`);
  const folder = join(session.folder, program.command);
  await mkdir(folder, { recursive: true });
  const child = session.spawn(go, ['install', `${module}@${version}`], {
    cwd: folder,
    env: { ...downloadEnvironment(), GOBIN: folder, GOFLAGS: `${process.env.GOFLAGS ?? ''} -buildvcs=false`.trim() },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4_096)));
  const [code] = (await once(child, 'close', { signal: AbortSignal.timeout(buildWithinMs) })) as [number | null];
  if (code !== 0) throw unavailable(`could not build ${title} (go install exited with ${code}):\n${errors}`);
  const cached = cachedAt(program);
  await makeCacheFolder(dirname(cached));
  // Atomically.
  const unfinished = `${cached}.${session.id}`;
  try {
    await copyFile(join(folder, binaryOf(program)), unfinished);
    await rename(unfinished, cached);
  } finally {
    await rm(unfinished, { force: true });
  }
  return cached;
}
