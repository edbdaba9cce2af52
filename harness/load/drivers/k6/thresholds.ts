import type { ObjectiveSpec } from '../../../scenario/scenario.ts';
import { durationMs } from '../../../scenario/time.ts';

/**
 * k6's thresholds for what a scenario's objectives bound over HTTP, by metric; tagged by the request's name where an objective is.
 * k6 knows no phases, so one that bounds a phase bounds the whole load here.
 */
export function thresholdsOf(objectives: readonly ObjectiveSpec[]): Record<string, string[]> {
  // What was not sent is the generator's failure, whatever the scenario bounds.
  const thresholds: Record<string, string[]> = { dropped_iterations: ['count<1'] };
  const add = (metric: string, { request }: ObjectiveSpec, bound: string): void => {
    (thresholds[typeof request === 'string' ? `${metric}{name:${request}}` : metric] ??= []).push(bound);
  };
  for (const objective of objectives) {
    const { type, quantile, below } = objective;
    if (type === 'request-latency')
      add('http_req_duration', objective, `p(${percent(Number(quantile))})<${durationMs(below)}`);
    if (type === 'requests-failed') add('http_req_failed', objective, `rate<${Number(below)}`);
  }
  return thresholds;
}

/** 0.999 → 99.9, without what binary fractions would add. */
const percent = (quantile: number): number => Number((quantile * 100).toPrecision(12));
