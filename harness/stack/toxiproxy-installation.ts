import { once } from 'node:events';
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { unavailable } from '../errors.ts';
import type { Session } from '../session/session.ts';
import { cacheFolder, exists } from './kafka-jars.ts';
import { installCommand, onPath } from './tools.ts';

const version = 'v2.12.0';
const module = `github.com/Shopify/toxiproxy/v2/cmd/server@${version}`;
const buildWithinMs = 300_000;

export const installToxiproxy = () =>
  process.platform === 'darwin'
    ? 'brew install toxiproxy'
    : `${installCommand({ debian: 'golang-go', fedora: 'golang', brew: 'go' })}   (Go builds it once)`;

const cached = () => join(cacheFolder(), `toxiproxy-${version}`, 'server');

/** The path of a Toxiproxy server that is there already: on PATH, or built by an earlier run; undefined where none is. */
export async function findToxiproxy(): Promise<string | undefined> {
  const found = await onPath('toxiproxy-server');
  if (found !== undefined) return found;
  return (await exists(cached())) ? cached() : undefined;
}

/** Finds Toxiproxy, or builds it once with the user's Go; rejects (69), saying what to install, where there is neither. */
export async function installedToxiproxy(session: Session, progress: (line: string) => void): Promise<string> {
  const found = await findToxiproxy();
  if (found !== undefined) return found;
  const go = await onPath('go');
  if (go === undefined) {
    throw unavailable(
      `Toxiproxy is not there, and the scenario's faults need it on the network: ${installToxiproxy()}`,
    );
  }
  progress('building Toxiproxy with Go (once)');
  const folder = join(session.folder, 'toxiproxy');
  await mkdir(folder, { recursive: true });
  const child = session.spawn(go, ['install', module], {
    cwd: folder,
    env: { GOBIN: folder, GOFLAGS: '-buildvcs=false' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4_096)));
  const [code] = (await once(child, 'close', { signal: AbortSignal.timeout(buildWithinMs) })) as [number | null];
  if (code !== 0) throw unavailable(`Toxiproxy could not be built (go install ended with ${code}):\n${errors}`);
  await mkdir(join(cached(), '..'), { recursive: true });
  // Nobody ever sees half of it.
  const unfinished = `${cached()}.${session.id}`;
  try {
    await copyFile(join(folder, 'server'), unfinished);
    await rename(unfinished, cached());
  } finally {
    await rm(unfinished, { force: true });
  }
  return cached();
}
