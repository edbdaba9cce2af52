import { setTimeout as delay } from 'node:timers/promises';
import { Admin } from '@platformatic/kafka';
import { Client } from 'pg';
import { withRedis } from './redis-client.ts';
import type { KafkaAddress, PostgresAddress, RedisAddress } from './stack.ts';
import { type BrokerAddress, parseBroker } from './where-load-may-go.ts';
import { eventually, NotYet } from '../eventually.ts';

const attemptWithinMs = 3_000;
const pollMs = 100;

/** Resolves to the brokers' advertised addresses; rejects if none answers. */
export async function askKafka({ brokers }: KafkaAddress): Promise<BrokerAddress[]> {
  const admin = new Admin({
    clientId: 'toofan-probe',
    bootstrapBrokers: brokers.map(parseBroker),
    timeout: attemptWithinMs,
    connectTimeout: attemptWithinMs,
    retries: 0,
  });
  const patience = new AbortController();
  try {
    // A frozen broker accepts the connection; the client's own timeouts then add up to half a minute.
    const metadata = await Promise.race([
      admin.metadata({ topics: [], forceUpdate: true }),
      delay(attemptWithinMs, undefined, { signal: patience.signal }).then(() => {
        throw new Error(`no answer within ${attemptWithinMs} ms`);
      }),
    ]);
    if (metadata.brokers.size === 0) throw new Error('the cluster has no broker yet');
    return [...metadata.brokers.values()].map(({ host, port }) => ({ host, port }));
  } finally {
    patience.abort();
    // Not awaited: it waits for the request that nobody answers.
    admin.close().catch(() => undefined);
  }
}

/** Resolves to the server's version; rejects if it does not answer. */
export async function askPostgres(address: PostgresAddress): Promise<string> {
  const client = new Client({ ...address, connectionTimeoutMillis: attemptWithinMs, query_timeout: attemptWithinMs });
  client.on('error', () => undefined); // The query that met it rejects with it.
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return rows[0]?.server_version ?? 'unknown';
  } finally {
    await client.end();
  }
}

/** Resolves to the server's version; rejects if it does not answer. */
export function askRedis(address: RedisAddress): Promise<string> {
  return withRedis(
    address,
    attemptWithinMs,
    async (redis) => /redis_version:(\S+)/.exec(await redis.info('server'))?.[1] ?? 'unknown',
  );
}

/**
 * Retries until the server answers. Rejects with its last refusal after `withinMs`, or at once with what `stillThere` throws (the
 * server has exited).
 */
export async function untilAnswers(
  ask: () => Promise<unknown>,
  withinMs: number,
  stillThere: () => Promise<void>,
): Promise<void> {
  const look = async () => {
    try {
      await ask();
      return undefined;
    } catch (error) {
      await stillThere();
      return new NotYet(
        new Error(`it did not answer within ${withinMs} ms: ${(error as Error).message}`, { cause: error }),
      );
    }
  };
  await eventually(look, { withinMs, everyMs: pollMs });
}
