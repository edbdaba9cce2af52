import { Client } from 'pg';
import { badInput } from '../errors.ts';
import { pipelineMetric } from '../observe/pipeline-metrics.ts';
import { wallMs } from '../scenario/time.ts';
import { everythingOf } from './draw.ts';
import { defineFault } from './fault.ts';
import { name, postgresServer, span } from './parameters.ts';
import { redelivery } from './redelivery.ts';
import { boundByServer } from './server-bound.ts';
import type { PostgresAddress } from '../stack/stack.ts';
import { eventually, NotYet, notYet } from '../eventually.ts';

const lockWithinMs = 30_000;
const seenWithinMs = 10_000;
const lookEveryMs = 100;
const answersWithinMs = 3_000;
/** The server ends the holding transaction this long after the fault should have healed. */
const graceMs = 60_000;
/** How often the server checks whether a client waiting for the lock still exists. */
const waiterSeenEveryMs = 1_000;
const waiting = `SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted AND pid IN (
  SELECT pid FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid)))`;

/** Transactions waiting for a backend's locks, queried over a fresh connection. */
async function blockedBy(pid: number, address: PostgresAddress): Promise<number> {
  const client = new Client({
    ...address,
    application_name: 'toofan-probe',
    connectionTimeoutMillis: answersWithinMs,
    query_timeout: answersWithinMs,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ n: number }>(waiting, [pid]);
    return rows[0]?.n ?? 0;
  } finally {
    await client.end();
  }
}

export const databaseLock = defineFault({
  type: 'database-lock',
  summary: "Holds a lock that the pipeline's own transactions wait for.",
  parameters: {
    server: postgresServer,
    lock: name.describe(
      'the statement that takes the lock: `LOCK TABLE accounts`, `SELECT 1 FROM accounts WHERE … FOR UPDATE`',
    ),
    for: span,
  },
  victim: ({ server = 'main' }) => `postgres:${server}`,

  async strike(spec, context) {
    const server = spec.server ?? 'main';
    const address = context.stack.direct.postgres[server];
    if (address === undefined) throw badInput(`database-lock: the stack has no Postgres '${server}'`);
    const holdMs = wallMs(spec.for, context.timeScale);
    const holder = new Client({
      ...address,
      application_name: 'toofan-fault',
      statement_timeout: lockWithinMs,
      // A frozen server ends nothing by itself.
      connectionTimeoutMillis: seenWithinMs,
      query_timeout: lockWithinMs + answersWithinMs,
    });
    holder.on('error', () => undefined); // The server was killed meanwhile, and the lock with it.
    await holder.connect();
    let released: Promise<void> | undefined;
    const release = () => (released ??= holder.end().catch(() => undefined));
    let pid: number;
    try {
      await holder.query(`SET idle_in_transaction_session_timeout = ${Math.round(holdMs + graceMs)}`);
      await boundByServer(holder, 'client_connection_check_interval', waiterSeenEveryMs);
      await holder.query('BEGIN');
      await holder.query(spec.lock);
      const { rows } = await holder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      pid = rows[0]?.pid ?? 0;
    } catch (error) {
      await release();
      throw badInput(`database-lock: Postgres rejects \`${spec.lock}\`: ${(error as Error).message}`);
    }
    const blocked = () => blockedBy(pid, address);
    return {
      holdMs,
      async verify() {
        const look = async () => {
          // If connections are exhausted too, a query may find no slot free.
          const backends = await blocked().catch(notYet);
          if (backends instanceof NotYet) return backends;
          const inPool = await pipelineMetric(context.processes, context.target.metrics, 'poolWaiting');
          if (backends === 0) return new NotYet('no transaction waits for the lock');
          return `${backends} transactions wait for the lock${inPool === null ? '' : `, ${inPool} requests for a connection of the pipeline's pool`}`;
        };
        return eventually(look, { withinMs: seenWithinMs, everyMs: lookEveryMs, signal: context.signal });
      },
      heal: release,
      async verifyHealed() {
        const backends = await blocked();
        if (backends > 0) throw new Error(`${backends} transactions still wait`);
        return 'no transaction waits for the lock any more';
      },
    };
  },

  draw: {
    places: ({ tables }) => tables.map((one) => `${one.server} ${one.table}`),
    holdMs: [500, 3_000],
    moreMs: 2_500,
    parameters: (place, hold) => {
      const [server = '', table = ''] = place.split(' ');
      return { server, lock: `LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`, for: hold };
    },
    // Proven by transactions that wait for it: the pipeline must be busy.
    touches: (_, offer) => everythingOf(offer),
  },
  alertedBy: ['LockWaits', 'StoreSlow', 'PoolExhausted', 'ConsumerLagHigh', 'DecisionsStalled'],
  runbookOf: ['LockWaits'],
  trials: [
    {
      with: { lock: 'LOCK TABLE stock IN ACCESS EXCLUSIVE MODE', for: '300ms' },
      beside: [redelivery({ topic: 'order-events', count: 3, order: 'same' })],
      seen: /\d+ transactions wait for the lock/,
    },
  ],
  page: {
    strikes:
      "It locks some rows or a table, so waiting transactions soon hold every connection of the pipeline's own pool.",
    example: { lock: 'LOCK TABLE stock IN ACCESS EXCLUSIVE MODE', for: '8s' },
    struckShownBy:
      "transactions waiting for it by `pg_blocking_pids`; requests waiting in the pipeline's pool, if the target names that metric",
    healedShownBy: 'no transaction waits for it any more',
    limits:
      "the statement must suit the target's schema. If the harness hangs, the server itself ends the holder a minute after its time",
    lookFor: 'Transactions without a statement or lock timeout.',
  },
});
