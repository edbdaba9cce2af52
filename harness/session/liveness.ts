import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Held as long as its process lives; the kernel releases it when the process ends, however it ends. */
export interface Liveness {
  /** Releases it early; idempotent. */
  end(): void;
}

const socketIn = (folder: string): string => join(folder, 'alive');
const answersWithinMs = 2_000;

/** This machine, by hostname and boot; containers on one kernel share the second. */
const machineFile = 'machine';
async function thisMachine(): Promise<string[]> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return [hostname(), boot.trim()];
}

/**
 * Shows that the process that created `folder` is alive: it listens on a socket in it. This works across containers and pid
 * namespaces, unlike a pid. Undefined if the path is too long for a socket or the file system has none: then nobody may assume it
 * dead.
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

/** Whether the process that created `folder` has ended; false if unknown, as for another machine's on a shared disk. */
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
