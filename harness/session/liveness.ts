import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Held as long as its process lives, and given up by the kernel when that ends, however it ends. */
export interface Liveness {
  /** Gives it up early; harmless a second time. */
  end(): void;
}

const socketIn = (folder: string): string => join(folder, 'alive');
const answersWithinMs = 2_000;

/** This machine, by its name and by its start; containers on one kernel share the second. */
const machineFile = 'machine';
async function thisMachine(): Promise<string[]> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return [hostname(), boot.trim()];
}

/**
 * Shows that the process that made `folder` lives: it listens on a socket in it, which is true across containers and pid namespaces,
 * where a pid is not. Undefined where the path is too long for a socket or the file system has none: nobody may then take it for dead.
 */
export async function showLiveness(folder: string): Promise<Liveness | undefined> {
  await writeFile(join(folder, machineFile), (await thisMachine()).join('\n'));
  const server = createServer((client) => client.destroy());
  server.listen(socketIn(folder));
  try {
    await once(server, 'listening');
  } catch {
    return undefined;
  }
  server.unref();
  return { end: () => void server.close() };
}

/** Whether the process that made `folder` has ended; false where that is not known, as of another machine's on a disk that both share. */
export async function isDead(folder: string): Promise<boolean> {
  const [own, its] = [await thisMachine(), await readFile(join(folder, machineFile), 'utf8').catch(() => '')];
  if (!its.split('\n').some((one, index) => one !== '' && one === own[index])) return false;
  const client = connect(socketIn(folder));
  try {
    await once(client, 'connect', { signal: AbortSignal.timeout(answersWithinMs) });
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
  } finally {
    client.destroy();
  }
}
