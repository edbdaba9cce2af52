import { escapeIdentifier, Pool } from 'pg';
import type { Addresses, PostgresAddress, PostgresNeed } from '../../harness/stack/stack.ts';
import type { TruthQuery } from '../../harness/target/target.ts';
import { connectToReset, schemasOf } from '../../harness/stack/reset/reset.ts';
import { withRedis } from '../../harness/stack/redis-client.ts';
import { eventually, NotYet } from '../../harness/eventually.ts';
import type { Stores } from './stores.ts';

const withinMs = 10_000;

interface Database {
  readonly server: string;
  /** One connection, on which questions of several wait for each other. */
  readonly pool: Pool;
  readonly owner: string;
  readonly schema: string;
}

/** Databases of its own for each server that a pipeline needs, so that simulations share the stores and none sees another. */
export class Slot implements AsyncDisposable {
  /** For the pipeline. */
  readonly forTarget: Addresses;
  /** For whoever reads the truth. */
  readonly direct: Addresses;
  readonly #databases: readonly Database[];

  private constructor(forTarget: Addresses, direct: Addresses, databases: readonly Database[]) {
    this.forTarget = forTarget;
    this.direct = direct;
    this.#databases = databases;
  }

  /** The slot of that number, 0 to 15, of the pipeline of that name. */
  static async open(
    { direct, forTarget, redis }: Stores,
    pipeline: string,
    needs: Readonly<Record<string, PostgresNeed>>,
    number: number,
  ): Promise<Slot> {
    const at = (address: PostgresAddress): Addresses => ({
      kafka: { brokers: [] },
      postgres: Object.fromEntries(
        Object.keys(needs).map((server) => [server, { ...address, database: `${pipeline} ${server} ${number}` }]),
      ),
      redis: Object.assign({ db: number }, redis),
    });
    const [own, ofTarget] = [at(direct), at(forTarget)];
    const databases = Object.entries(needs).map(async ([server, need]): Promise<Database> => {
      const address = own.postgres[server];
      if (address === undefined) throw new Error(`no Postgres ${server}`);
      const maker = await connectToReset(direct);
      await maker.query(
        `CREATE DATABASE ${escapeIdentifier(address.database)} OWNER ${escapeIdentifier(forTarget.user)}`,
      );
      await maker.end();
      const schema = (await schemasOf(server, need)).map(({ sql }) => sql).join('\n');
      return { server, pool: new Pool({ ...address, max: 1, idleTimeoutMillis: 0 }), owner: forTarget.user, schema };
    });
    return new Slot(ofTarget, own, await Promise.all(databases));
  }

  /** Empty but for the schema, in every store. */
  async reset(): Promise<void> {
    const emptied = this.#databases.map(async ({ pool, owner, schema }) => {
      const role = escapeIdentifier(owner);
      await pool.query(
        `SET client_min_messages = warning; DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public AUTHORIZATION ${role};
         SET ROLE ${role}; ${schema}; RESET ROLE`,
      );
    });
    const { redis } = this.direct;
    await Promise.all([
      ...emptied,
      redis === undefined ? undefined : withRedis(redis, withinMs, (client) => client.flushdb()),
    ]);
  }

  /** Makes a change in each database that knows the table. */
  async everywhere(sql: string): Promise<void> {
    const undefinedTable = '42P01';
    await Promise.all(
      this.#databases.map(({ pool }) =>
        pool.query(sql).catch((error: { code?: string }) => {
          if (error.code !== undefinedTable) throw error;
        }),
      ),
    );
  }

  /** The number that a query of a target gives, in one snapshot. */
  async figure({ store, sql }: TruthQuery): Promise<number> {
    const database = this.#databases.find(({ server }) => server === store);
    const result = await database?.pool.query<[unknown]>({ text: sql, rowMode: 'array' });
    return Number(result?.rows[0]?.[0]);
  }

  /** Waits until no process of a pipeline is connected any more: a server notices late that somebody is dead. */
  async left(): Promise<void> {
    const sql = `SELECT count(*)::int AS there FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND backend_type = 'client backend'`;
    await Promise.all(
      this.#databases.map(({ pool }) =>
        eventually(
          async () => {
            const { rows } = await pool.query<{ there: number }>(sql);
            return rows[0]?.there === 0 ? undefined : new NotYet(`${rows[0]?.there} are connected`);
          },
          { withinMs, everyMs: 2 },
        ),
      ),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#databases.map(({ pool }) => pool.end()));
  }
}
