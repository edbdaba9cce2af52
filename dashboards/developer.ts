import type { DashboardPlan } from './dashboard.ts';
import { errorsByPart, roundTrips } from './panels.ts';

/** As far as the processes say it of themselves: none of them yet counts batches, retries and dead letters, or times a stage. */
export const developer: DashboardPlan = {
  uid: 'toofan-developer',
  title: 'Toofan: developer view',
  description: 'What each process of the pipeline says of itself.',
  refresh: '10s',
  panels: [
    {
      title: 'Answered by each process',
      unit: 'ops',
      queries: [['sum by (process) (rate(pipeline_answered_total[$__rate_interval]))', '{{process}}']],
    },
    errorsByPart,
    {
      title: 'Breakers: open or half open 1, closed 0',
      unit: 'short',
      queries: [['max by (process, breaker) (pipeline_breakers_open)', '{{process}} {{breaker}}']],
    },
    {
      title: 'Pool of each process',
      unit: 'short',
      queries: [
        ['pipeline_pool_used', '{{process}} in use'],
        ['pipeline_pool_size', '{{process}} at most'],
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
