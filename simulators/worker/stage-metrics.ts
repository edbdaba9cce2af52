import { Counter, exponentialBuckets, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { Arrived } from './consume.ts';

/** The stages of a batch: it waits in the log, is decided and made durable, is answered, and shown on the shelf. */
type Stage = 'read' | 'decide' | 'answer' | 'shelf';

/** Where a batch's time goes, and what had to be retried; observed once per batch, so that records cost nothing. */
export interface StageMetrics {
  /** A batch has started: its size, and how long its oldest record has waited. */
  arrived(records: readonly Arrived[]): void;
  /** Times successful work; failed work is retried and counted as a retry. */
  timed<Result>(stage: Stage, work: () => Promise<Result>): Promise<Result>;
  /** Counts retries, by part of the worker. */
  retried(part: string): () => void;
  /** Counts records that are put aside. */
  buried(letters: number): void;
}

/** `pipeline_stage_seconds` by stage, `pipeline_batch_records`, `pipeline_retries_total` by part, `pipeline_dead_letters_total`. */
export function stageMetrics(registry: Registry): StageMetrics {
  const registers = [registry];
  const seconds = new Histogram({
    name: 'pipeline_stage_seconds',
    help: 'Time of a batch per stage; in `read`, how long its oldest record waited in the log.',
    labelNames: ['stage'],
    // One millisecond to half a minute.
    buckets: exponentialBuckets(0.001, 2, 16),
    registers,
  });
  const records = new Histogram({
    name: 'pipeline_batch_records',
    help: 'Records per batch (one fetch).',
    buckets: exponentialBuckets(1, 2, 15),
    registers,
  });
  const retries = new Counter({
    name: 'pipeline_retries_total',
    help: 'Retries, by part of the worker.',
    labelNames: ['part'],
    registers,
  });
  const deadLetters = new Counter({
    name: 'pipeline_dead_letters_total',
    help: 'Unreadable records put aside.',
    registers,
  });
  return {
    arrived(batch) {
      records.observe(batch.length);
      const oldest = batch.reduce((least, { appendedAtMs }) => Math.min(least, appendedAtMs), Infinity);
      // The broker's clock may be ahead of this one.
      if (batch.length > 0) seconds.observe({ stage: 'read' }, Math.max(0, Date.now() - oldest) / 1000);
    },
    async timed(stage, work) {
      const took = seconds.startTimer({ stage });
      const result = await work();
      took();
      return result;
    },
    retried(part) {
      // A counter whose first value is seen late has lost what came before.
      retries.inc({ part }, 0);
      return () => retries.inc({ part });
    },
    buried: (letters) => deadLetters.inc(letters),
  };
}
