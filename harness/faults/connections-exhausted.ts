import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { badInput } from '../errors.ts';
import { story, wallMs } from '../scenario/time.ts';
import type { PostgresAddress } from '../stack/stack.ts';
import { serverAndNetwork } from './draw.ts';
import { defineFault, type FaultContext } from './fault.ts';
import { postgresServer, span } from './parameters.ts';
import { boundByServer } from './server-bound.ts';
import { eventually, NotYet } from '../eventually.ts';

const connectWithinMs = 5_000;
const mostConnections = 10_000;
/** The server ends leftover connections this long after the fault should have healed. */
const graceMs = 60_000;
/** One after another, two hundred take seconds on a busy machine: each is a server process and checks a password. */
const takersAtOnce = 16;
const seenWithinMs = 10_000;
const lookEveryMs = 100;
/** Postgres's answer when all connections are taken. */
const tooManyConnections = new Set(['53300']);

export const connectionsExhausted = defineFault({
  type: 'connections-exhausted',
  summary: 'Opens and holds connections until the Postgres server refuses more.',
  parameters: { server: postgresServer, for: span },
  victim: ({ server = 'main' }) => `postgres:${server}`,

  async strike(spec, context) {
    const address = targetsOwn(context, spec.server ?? 'main');
    const holdMs = wallMs(spec.for, context.timeScale);
    const held = new Set<Client>();
    const healed = new AbortController();
    const keep = async (client: Client): Promise<void> => {
      held.add(client);
      client.once('end', () => held.delete(client));
      await boundByServer(client, 'idle_session_timeout', holdMs + graceMs);
    };
    const release = async () => {
      healed.abort();
      await Promise.all([...held].map((client) => client.end().catch(() => undefined)));
    };
    /** Takes all free connections; rejects if the server fails in any other way. */
    const takeSome = async (): Promise<void> => {
      for (;;) {
        if (healed.signal.aborted || held.size >= mostConnections) return;
        const client = await connect(address);
        if (client === 'refused') return;
        await keep(client);
      }
    };
    /** The pipeline's own connections come and go, so one pass is not enough. */
    const takeOn = async (): Promise<void> => {
      while (!healed.signal.aborted) {
        // A server that is killed meanwhile has none left either.
        await takeSome().catch(() => undefined);
        await delay(lookEveryMs, undefined, { signal: healed.signal }).catch(() => undefined);
      }
      await release();
    };
    try {
      const taken = await Promise.allSettled(Array.from({ length: takersAtOnce }, takeSome));
      for (const one of taken) if (one.status === 'rejected') throw one.reason;
    } catch (error) {
      await release();
      throw error;
    }
    const takingOn = takeOn();
    const tryOne = async () => {
      const fresh = await connect(address);
      if (fresh === 'refused') return `a new connection is refused: ${held.size} are held`;
      await keep(fresh);
      return new NotYet(`a new connection is still accepted beside the ${held.size} held`);
    };
    return {
      holdMs,
      verify: () => eventually(tryOne, { withinMs: seenWithinMs, everyMs: lookEveryMs, signal: context.signal }),
      // They belong to the harness: if it is killed they close with it, and if it hangs the server closes them.
      async heal() {
        await release();
        await takingOn;
      },
      async verifyHealed() {
        const fresh = await connect(address);
        if (fresh === 'refused') throw new Error('a new connection is still refused');
        await fresh.end();
        return 'a new connection is accepted again';
      },
    };
  },

  draw: {
    places: ({ stores }) => stores.filter((store) => store.startsWith('postgres:')),
    holdMs: [500, 4_000],
    // On a busy machine, opening and closing hundreds of connections takes time.
    moreMs: 4_000,
    parameters: (place, hold) => ({ server: place.replace(/^postgres:/, ''), for: hold }),
    touches: serverAndNetwork,
  },
  alertedBy: ['ConnectionsHigh', 'PoolExhausted', 'BreakerOpen', 'ErrorSpike'],
  runbookOf: ['ConnectionsHigh', 'PoolExhausted'],
  trials: [{ with: { for: '300ms' }, seen: /a new connection is refused.*is accepted again/ }],
  page: {
    strikes: "They use the target's own user; the connections reserved for the harness stay free.",
    example: { for: story('6min') },
    struckShownBy: 'a new connection is refused (SQLSTATE 53300)',
    healedShownBy: 'a new connection is accepted',
    limits:
      'none. If the harness hangs, the server itself closes the held connections a minute after their time (Postgres 14 or later)',
    lookFor:
      'A pool that is not yet full, or that reconnects after an error, gets nothing; one that holds all it needs carries on.',
  },
});

/** The server directly, without the proxy, as the target's user: the reserved connections stay free. */
function targetsOwn({ stack }: FaultContext, server: string): PostgresAddress {
  const [direct, forTarget] = [stack.direct.postgres[server], stack.forTarget.postgres[server]];
  if (direct === undefined || forTarget === undefined)
    throw badInput(`connections-exhausted: the stack has no Postgres '${server}'`);
  return { ...forTarget, host: direct.host, port: direct.port };
}

async function connect(address: PostgresAddress): Promise<Client | 'refused'> {
  const client = new Client({
    ...address,
    connectionTimeoutMillis: connectWithinMs,
    query_timeout: connectWithinMs,
    application_name: 'toofan-fault',
  });
  // The server may be killed meanwhile; then the connection is gone as intended.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    if (tooManyConnections.has((error as { code?: string }).code ?? '')) return 'refused';
    throw error;
  }
}
