import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startSession } from '../../harness/session/start-session.ts';
import { findPostgres, localPostgres } from '../../harness/stack/local/local-postgres.ts';

const lookEveryMs = 5;
const shared = async () => (await readdir('/dev/shm')).filter((name) => name.startsWith('PostgreSQL.'));

it.skipIf(process.platform !== 'linux')(
  'puts nothing into /dev/shm at any moment, where a kill would leave it',
  async () => {
    await using session = await startSession();
    const installation = await findPostgres(session);
    const folder = join(session.folder, 'postgres-main');
    await mkdir(folder);
    const before = await shared();
    const seen = new Set<string>();
    const looking = setInterval(() => {
      shared().then(
        (names) => names.forEach((name) => seen.add(name)),
        () => undefined,
      );
    }, lookEveryMs);
    const at = { port: 1, password: 'secret' };
    await localPostgres(session, installation, 'main', { schema: 'none.sql' }, folder, at);
    clearInterval(looking);
    expect([...seen].filter((name) => !before.includes(name))).toEqual([]);
  },
);
