import type { SideRun } from './side-run.ts';

/** One thing that is compared between base and head. */
export interface Metric {
  readonly name: string;
  /** In words, for a table. */
  readonly label: string;
  readonly unit: string;
  /** Null where a drill did not measure it. */
  readonly of: (run: SideRun) => number | null;
  readonly better: 'lower' | 'higher';
  /**
   * Added to both sides before they are divided: below it a difference means nothing, and a zero can be compared. Of latencies what
   * sampling blurs; of retries one in a hundred operations.
   */
  readonly floor: number;
  /** The margin as a part of the gate's own: what varies less is held tighter. */
  readonly tightness: number;
  /** Says something of the pipeline only where the generator kept up. */
  readonly needsLoad: boolean;
}

const cost = { better: 'lower', floor: 0, tightness: 0.5, needsLoad: false } as const;
const time = { unit: 'ms', better: 'lower', floor: 1, tightness: 1, needsLoad: true } as const;

/** What a gate compares, what varies least first. */
export const metrics: readonly Metric[] = [
  {
    ...cost,
    name: 'pipeline-cpu',
    label: 'CPU of the pipeline per operation',
    unit: 'µs',
    of: ({ costs }) => costs?.pipelineCpuMicrosPerOp ?? null,
  },
  {
    ...cost,
    name: 'store-cpu',
    label: 'CPU of the stores per operation',
    unit: 'µs',
    of: ({ costs }) => costs?.storeCpuMicrosPerOp ?? null,
  },
  {
    ...cost,
    name: 'store-calls',
    label: 'store calls per operation',
    unit: '',
    of: ({ costs }) => costs?.storeCallsPerOp ?? null,
  },
  {
    ...cost,
    name: 'retries',
    label: 'retries per operation',
    unit: '',
    floor: 0.01,
    of: ({ costs }) => costs?.retriesPerOp ?? null,
  },
  { ...time, name: 'p50', label: 'decision latency p50 at the peak', of: (run) => peakOf(run)?.p50Ms ?? null },
  { ...time, name: 'p99', label: 'decision latency p99 at the peak', of: (run) => peakOf(run)?.p99Ms ?? null },
  {
    ...time,
    name: 'lag-max',
    label: 'consumer lag, max',
    floor: 10,
    of: ({ costs }) => costs?.lagMaxMs ?? null,
  },
  {
    name: 'goodput',
    label: 'share served well in time',
    unit: 'share',
    better: 'higher',
    floor: 0,
    tightness: 0.5,
    needsLoad: true,
    of: ({ service }) => service.goodShare,
  },
];

/** The phase with the highest rate. */
const peakOf = ({ phases }: SideRun): SideRun['phases'][number] | undefined =>
  phases.toSorted((a, b) => (b.plannedPerSecond ?? 0) - (a.plannedPerSecond ?? 0))[0];

/** ln(head ÷ base) of a metric, positive where head is worse; null where either did not measure it, or there is nothing to divide. */
export function logRatio({ of, better, floor }: Metric, base: SideRun, head: SideRun): number | null {
  const [was, is] = [of(base), of(head)];
  if (was === null || is === null) return null;
  if (was + floor <= 0 || is + floor <= 0) return was === is ? 0 : null;
  const log = Math.log((is + floor) / (was + floor));
  return better === 'lower' ? log : -log;
}
