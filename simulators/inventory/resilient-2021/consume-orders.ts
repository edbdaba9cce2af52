import type { CrashPoint } from '../streaming/crash-points.ts';
import { shelfRefreshEveryMs } from '../streaming/settings.ts';
import type { Outcome } from '../shared/decide.ts';
import { Ledger } from '../shared/ledger.ts';
import { openLedgerPool } from '../../worker/ledger-pool.ts';
import { mainPostgres } from '../shared/opening.ts';
import { openRedis, redisOf, writeShelf } from '../shared/shelf.ts';
import { ShelfWriter } from '../shared/shelf-writer.ts';
import { stageMetrics } from '../../worker/stage-metrics.ts';
import type { Worker } from '../../worker/start-worker.ts';
import { readStockInPages } from '../shared/stock-pages.ts';
import { inputTopics } from '../shared/topics.ts';
import { poolMetrics } from '../../worker/worker-metrics.ts';
import { Breaker, BreakerOpen } from '../../worker/breaker.ts';
import { breakerMetrics } from '../../worker/breaker-metrics.ts';
import { handleBatch } from './handle-batch.ts';
import { Recommendations } from '../shared/recommendations.ts';
import {
  clientLimits,
  consumerGroup,
  fetchLimits,
  poolSize,
  redisAnswersWithinMs,
  serverLimits,
  shelfBreaker,
} from './settings.ts';
import { breakerSettings } from '../shared/breaker-settings.ts';
import { asBuilt } from './switches.ts';

/** Decides orders until the worker ends; resolves once it consumes. */
export async function consumeOrders(worker: Worker, onStep: (point: CrashPoint) => void = () => {}): Promise<void> {
  const { environment, metrics, producer, server } = worker;
  const { timeScale, stack, dependencies } = environment;

  const breakers = {
    database: new Breaker('database', breakerSettings('database', timeScale)),
    recommendations: new Breaker('recommendations', breakerSettings('externalApi', timeScale)),
    kafka: new Breaker('kafka', breakerSettings('kafka', timeScale)),
    shelf: new Breaker('shelf', shelfBreaker),
  };
  breakerMetrics(server.registry, Object.values(breakers));

  const pool = openLedgerPool(mainPostgres(stack), poolSize.normal, serverLimits, clientLimits);
  poolMetrics(server.registry, pool);
  const switches = server.offer(asBuilt, (now) => {
    pool.options.max = now.poolSize;
  });

  const stages = stageMetrics(server.registry);
  const shelfFailed = metrics.failed('shelf');
  const shelf = new ShelfWriter(openRedis(redisOf(stack), redisAnswersWithinMs), {
    readAll: () => readStockInPages(pool),
    refreshEveryMs: shelfRefreshEveryMs,
    onStep: (step) => onStep(`${step}-shelf`),
    // What an open breaker keeps off the shelf comes with a later refresh.
    onError: (error) => error instanceof BreakerOpen || shelfFailed(error),
    write: (redis, entries) => stages.timed('shelf', () => breakers.shelf.call(() => writeShelf(redis, entries))),
  });
  await shelf.start();

  function moved(stock: Outcome['stock']): void {
    if (switches.now.simplified) return;
    shelf.put(Array.from(stock, ([product, { available, version }]) => ({ product, available, version })));
  }

  const parts = {
    ledger: new Ledger(pool),
    producer,
    breakers,
    recommendations: new Recommendations(
      dependencies['recommendations'] ?? '',
      breakers.recommendations,
      metrics.failed('recommendations'),
    ),
    switches,
    metrics,
    stages,
    moved,
    onStep,
  };
  await worker.consume(
    {
      groupId: consumerGroup,
      topics: inputTopics,
      fetchLimits,
      handle: (records, _commit, signal) => handleBatch(records, parts, signal),
      afterCommit: () => onStep('after-offsets'),
    },
    async () => {
      await shelf.stop();
      await pool.end();
    },
  );
}
