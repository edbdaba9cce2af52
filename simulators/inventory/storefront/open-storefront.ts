import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import type { Arrived } from '../../worker/consume.ts';
import { Breaker } from '../../worker/breaker.ts';
import { breakerMetrics } from '../../worker/breaker-metrics.ts';
import { openLedgerPool } from '../../worker/ledger-pool.ts';
import type { Worker } from '../../worker/start-worker.ts';
import { decodeDecision } from '../../worker/wire.ts';
import { poolMetrics } from '../../worker/worker-metrics.ts';
import { breakerSettings } from '../shared/breaker-settings.ts';
import { mainPostgres } from '../shared/opening.ts';
import { Recommendations } from '../shared/recommendations.ts';
import { openRedis, redisOf } from '../shared/shelf.ts';
import type { Mutation } from './mutations.ts';
import { OrderWriter } from './order-writer.ts';
import { Catalogue } from './product-list.ts';
import { shopMetrics, storefront } from './routes.ts';
import { gatherMs, recommendation, rememberedAnswers, room } from './settings.ts';
import { Shop } from './shop.ts';
import { WaitingRoom } from './waiting-room.ts';

/** What a shop is built on. */
export type ShopGround = Pick<Worker, 'environment' | 'metrics' | 'producer'> & { readonly registry: Registry };

/** A shop with its doors: healthy once it is told that decisions are being read. */
interface Storefront {
  readonly app: FastifyInstance;
  setReady(ready: boolean): void;
  /** Decisions off the log, for those who wait. */
  decided(records: readonly Arrived[]): void;
  /** Closes what it opened, once the app is closed. */
  close(): Promise<void>;
}

/** Opens a shop that does not listen yet. */
export async function openStorefront(
  { environment, metrics, producer, registry }: ShopGround,
  mutation: Mutation = (sound) => sound,
): Promise<Storefront> {
  const pool = openLedgerPool(mainPostgres(environment.stack), 2);
  poolMetrics(registry, pool);
  const redis = openRedis(redisOf(environment.stack));
  // Pages requested in one turn of the event loop read the shelf with one write.
  redis.options.enableAutoPipelining = true;
  await redis.connect();
  const breaker = new Breaker('recommendations', breakerSettings('externalApi', environment.timeScale));
  breakerMetrics(registry, [breaker]);
  const recommendations = new Recommendations(
    environment.dependencies['recommendations'] ?? '',
    breaker,
    metrics.failed('recommendations'),
    recommendation,
  );
  const waiting = new WaitingRoom(room, rememberedAnswers);
  const parts = {
    catalogue: await Catalogue.read(pool),
    redis,
    pool,
    writer: new OrderWriter(producer, gatherMs),
    waiting,
    onShed: shopMetrics(registry, () => waiting.size),
    onError: metrics.failed('shelf'),
  };
  let isReady = false;
  const app = storefront({
    shop: mutation(new Shop(parts), parts),
    recommend: (product) => recommendations.of(product),
    registry,
    isReady: () => isReady,
    onError: metrics.failed('request'),
  });
  return {
    app,
    setReady: (ready) => {
      isReady = ready;
    },
    decided: (records) => {
      for (const record of records) tell(waiting, record);
    },
    close: async () => {
      redis.disconnect();
      await pool.end();
    },
  };
}

function tell(waiting: WaitingRoom, { topic, partition, key, value, appendedAtMs }: Arrived): void {
  const record = { topic, partition, offset: 0, timestampMs: appendedAtMs };
  const decision = decodeDecision({ ...record, key: key?.toString() ?? null, value: value?.toString() ?? null });
  if (decision !== null) waiting.decide(decision.op, decision.answer);
}
