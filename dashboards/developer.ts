import type { DashboardPlan } from './dashboard.ts';
import { errorsByPart, roundTrips } from './panels.ts';

/** By the buckets of a histogram, added up over all processes. */
const quantile = (q: number, metric: string, by = '') =>
  `histogram_quantile(${q}, sum by (${by}le) (rate(${metric}_bucket[$__rate_interval])))`;

/** As far as the processes say it of themselves: not all of them know of stages, batches, retries and dead letters. */
export const developer: DashboardPlan = {
  uid: 'toofan-developer',
  title: 'Toofan: developer view',
  description: 'The metrics of each process of the pipeline.',
  refresh: '10s',
  panels: [
    {
      title: 'Answers per process',
      unit: 'ops',
      queries: [['sum by (process) (rate(pipeline_answered_total[$__rate_interval]))', '{{process}}']],
    },
    {
      title: 'Time of each stage of a batch, p99',
      says:
        'Read: time its oldest record waited in the log. Decide: until it is durable. Answer: until the broker has the decisions. ' +
        'Shelf: one write of the stock shown to customers. Retries are counted apart.',
      unit: 's',
      queries: [[quantile(0.99, 'pipeline_stage_seconds', 'stage, '), '{{stage}}']],
    },
    {
      title: 'Records per batch',
      says: 'Larger batches share the cost of a transaction; the largest mean the workers are behind.',
      unit: 'short',
      queries: [
        [quantile(0.5, 'pipeline_batch_records'), 'median'],
        [quantile(0.99, 'pipeline_batch_records'), 'p99'],
      ],
    },
    {
      title: 'Retries and dead letters',
      unit: 'ops',
      queries: [
        ['sum by (part) (rate(pipeline_retries_total[$__rate_interval]))', '{{part}} retries'],
        ['sum(rate(pipeline_dead_letters_total[$__rate_interval]))', 'dead letters'],
      ],
    },
    errorsByPart,
    {
      title: 'Circuit breakers: 1 open or half open, 0 closed',
      unit: 'short',
      queries: [['max by (process, breaker) (pipeline_breakers_open)', '{{process}} {{breaker}}']],
    },
    {
      title: 'Pool per process',
      unit: 'short',
      queries: [
        ['pipeline_pool_used', '{{process}} in use'],
        ['pipeline_pool_size', '{{process}} limit'],
        ['pipeline_pool_waiting', '{{process}} waiting'],
      ],
    },
    roundTrips,
    {
      title: 'Event loop lag, p99',
      unit: 's',
      queries: [['nodejs_eventloop_lag_p99_seconds{job="pipeline"}', '{{process}}']],
    },
    {
      title: 'Cores used',
      unit: 'short',
      queries: [['rate(process_cpu_seconds_total{job="pipeline"}[$__rate_interval])', '{{process}}']],
    },
    {
      title: 'Heap used',
      unit: 'bytes',
      queries: [['nodejs_heap_size_used_bytes{job="pipeline"}', '{{process}}']],
    },
    {
      title: 'Share of time in garbage collection',
      unit: 'percentunit',
      queries: [
        ['sum by (process) (rate(nodejs_gc_duration_seconds_sum{job="pipeline"}[$__rate_interval]))', '{{process}}'],
      ],
    },
  ],
};
