import { createHistogram } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { LogRecord, Target } from '../target/target.ts';
import type { KafkaLog } from './kafka-log.ts';

/**
 * Running latency quantiles from one partition of the decisions, so that watching does not compete with the pipeline.
 * For the live view alone: the judge reads everything.
 */
export class SampledLatency implements AsyncDisposable {
  readonly #histogram = createHistogram();
  readonly #stop = new AbortController();
  readonly #reading: Promise<void>;

  constructor(
    log: KafkaLog,
    target: Pick<Target, 'decode'>,
    at: { readonly topic: string; readonly partition: number; readonly offset: number },
    /** Planned time of an op's first attempt, ms since the epoch; undefined where it is not to be counted. */
    plannedAtMs: (op: number) => number | undefined,
  ) {
    this.#reading = this.#follow(log, target, at, plannedAtMs);
  }

  async #follow(
    log: KafkaLog,
    target: Pick<Target, 'decode'>,
    at: { topic: string; partition: number; offset: number },
    plannedAtMs: (op: number) => number | undefined,
  ): Promise<void> {
    let offset = at.offset;
    const end = Number.MAX_SAFE_INTEGER;
    while (!this.#stop.signal.aborted) {
      const visit = (record: LogRecord): void => {
        const decision = target.decode(record);
        const planned = decision === null ? undefined : plannedAtMs(decision.op);
        if (planned !== undefined)
          this.#histogram.record(Math.max(1, Math.round((record.timestampMs - planned) * 1000)));
      };
      // A broker that is away is asked again: sampling goes on when it is back.
      offset = await log.readSome({ ...at, end }, offset, 500, visit).catch(() => offset);
      // Few and large fetches cost the broker less than many small ones.
      await delay(500, undefined, { signal: this.#stop.signal }).catch(() => {});
    }
  }

  /** Milliseconds; null before the first decision. */
  p99Ms(): number | null {
    return this.#histogram.count === 0 ? null : this.#histogram.percentile(99) / 1000;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#reading;
  }
}
