import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { unavailable } from '../../errors.ts';
import type { Session } from '../../session/session.ts';
import { fetchJars } from '../tools/kafka-jars.ts';
import type { LocalProgram } from './local-server.ts';
import type { RedisAddress } from '../stack.ts';
import { installCommand, onPath } from '../tools/on-path.ts';
import { unzipEntry } from '../tools/unzip.ts';

/**
 * Redis on loopback. Everything it was told survives a kill: the append-only file is written before the answer, and a process's
 * death (unlike a machine's) loses nothing that was written.
 */
export async function localRedis(
  session: Session,
  folder: string,
  at: RedisAddress,
  progress: (line: string) => void,
): Promise<LocalProgram> {
  await mkdir(folder, { recursive: true });
  const settingsFile = join(folder, 'redis.conf');
  const settings = [
    'bind 127.0.0.1',
    `port ${at.port}`,
    ...(at.password === undefined ? [] : [`requirepass ${at.password}`]),
    // In the working directory: a path in this file would end at its first blank.
    'dir .',
    'appendonly yes',
    'appendfsync everysec',
    'save ""',
  ];
  await writeFile(settingsFile, `${settings.join('\n')}\n`, { mode: 0o600 });
  return {
    name: 'redis',
    command: (await onPath('redis-server')) ?? (await redisFromJar(session, progress)),
    args: [basename(settingsFile)],
    folder,
    readyLine: /Ready to accept connections/,
    stopSignal: 'SIGTERM',
  };
}

/** Extracts this system's binary from the Maven artefact that contains it. */
async function redisFromJar(session: Session, progress: (line: string) => void): Promise<string> {
  const jars = await fetchJars(session, progress);
  const jar = (await readdir(jars)).find((name) => name.startsWith('embedded-redis-'));
  if (jar === undefined) throw new Error(`no embedded-redis in ${jars}`);
  const system = process.platform === 'darwin' ? 'darwin' : 'linux';
  const processor = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const program = unzipEntry(await readFile(join(jars, jar)), (name) => name.endsWith(`-${system}-${processor}`));
  if (program === undefined) {
    const install = installCommand({ debian: 'redis-server', fedora: 'redis', brew: 'redis' });
    throw unavailable(
      `redis-server is not on PATH, and there is no download for ${process.platform} ${process.arch}. Install it: ${install}`,
    );
  }
  const path = join(session.folder, 'redis-server');
  await writeFile(path, program, { mode: 0o755 });
  return path;
}
