import { createHistogram } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { LogRecord, Target } from '../target/target.ts';
import type { KafkaLog } from './kafka-log.ts';

/** What is evaluated of a decision. */
interface Questions {
  /** Planned time of an op's first attempt, ms since the epoch; undefined to skip it. */
  plannedAtMs(op: number): number | undefined;
  /** Whether this answer, so long after the planned time, is service. */
  serves(answer: string, latencyMs: number): boolean;
}

/**
 * Running latency quantiles, and the share served, from one partition of the decisions, so that watching does not compete with
 * the pipeline. Only for views: the judge reads everything.
 */
export class SampledDecisions implements AsyncDisposable {
  readonly #latency = createHistogram();
  readonly #questions: Questions;
  readonly #stop = new AbortController();
  readonly #reading: Promise<void>;
  #since = { served: 0, all: 0 };

  constructor(
    log: Pick<KafkaLog, 'readSome'>,
    target: Pick<Target, 'decode'>,
    at: { readonly topic: string; readonly partition: number; readonly offset: number },
    questions: Questions,
  ) {
    this.#questions = questions;
    this.#reading = this.#follow(log, target, at);
  }

  async #follow(
    log: Pick<KafkaLog, 'readSome'>,
    target: Pick<Target, 'decode'>,
    at: { topic: string; partition: number; offset: number },
  ): Promise<void> {
    let offset = at.offset;
    const end = Number.MAX_SAFE_INTEGER;
    while (!this.#stop.signal.aborted) {
      const visit = (record: LogRecord) => this.#look(record, target);
      // If a broker goes away, sampling resumes when it is back.
      offset = await log.readSome({ ...at, end }, offset, 500, visit).catch(() => offset);
      // A few large fetches cost the broker less than many small ones.
      await delay(500, undefined, { signal: this.#stop.signal }).catch(() => {});
    }
  }

  #look(record: LogRecord, target: Pick<Target, 'decode'>): void {
    const decision = target.decode(record);
    const planned = decision === null ? undefined : this.#questions.plannedAtMs(decision.op);
    if (decision === null || planned === undefined) return;
    const latencyMs = record.timestampMs - planned;
    this.#latency.record(Math.max(1, Math.round(latencyMs * 1000)));
    this.#since.all += 1;
    if (this.#questions.serves(decision.answer, latencyMs)) this.#since.served += 1;
  }

  /** Milliseconds; null before the first decision. */
  p99Ms(): number | null {
    return this.#latency.count === 0 ? null : this.#latency.percentile(99) / 1000;
  }

  /** Since the last call; null if there were none. */
  servedShare(): number | null {
    const { served, all } = this.#since;
    this.#since = { served: 0, all: 0 };
    return all === 0 ? null : served / all;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#reading;
  }
}
