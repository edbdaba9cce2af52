import type { Pool } from 'pg';
import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import { logLine } from './worker-process.ts';

export interface WorkerMetrics {
  readonly answered: (answers: readonly string[]) => void;
  /** Counts and logs an error of one part of the worker. */
  failed(part: string): (error: unknown) => void;
}

export function workerMetrics(registry: Registry): WorkerMetrics {
  const registers = [registry];
  const answered = new Counter({
    name: 'pipeline_answered_total',
    help: 'Operations answered, by answer; duplicates count.',
    labelNames: ['answer'],
    registers,
  });
  const errors = new Counter({
    name: 'pipeline_errors_total',
    help: 'Errors, by part of the worker.',
    labelNames: ['part'],
    registers,
  });
  return {
    answered: (answers) => {
      const counts = new Map<string, number>();
      for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1);
      for (const [answer, count] of counts) answered.inc({ answer }, count);
    },
    failed: (part) => (error) => {
      errors.inc({ part });
      logLine(`${part} failed`, error);
    },
  };
}

type WatchedPool = Pick<Pool, 'waitingCount' | 'totalCount' | 'idleCount' | 'options'>;

/** Gauges of a worker's connection pools, added up: `pipeline_pool_waiting`, `_used`, `_size`. */
export function poolMetrics(registry: Registry, ...pools: readonly WatchedPool[]): void {
  const gauge = (name: string, help: string, value: (pool: WatchedPool) => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(pools.reduce((sum, pool) => sum + value(pool), 0));
      },
    });
  gauge('pipeline_pool_waiting', 'Requests waiting for a connection.', (pool) => pool.waitingCount);
  gauge('pipeline_pool_used', 'Connections in use.', (pool) => pool.totalCount - pool.idleCount);
  gauge('pipeline_pool_size', "Size of a process's own pool.", (pool) => pool.options.max);
}
