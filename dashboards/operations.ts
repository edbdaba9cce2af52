import type { DashboardPlan } from './dashboard.ts';
import { errorsByPart, lagMessages, lagSeconds, latency, rates, roundTrips } from './panels.ts';

export const operations: DashboardPlan = {
  uid: 'toofan-operations',
  title: 'Toofan: operations',
  description: 'Rates, lag, pools, disk, memory and errors: what is running out, and where.',
  refresh: '30s',
  panels: [
    rates,
    latency,
    lagMessages,
    lagSeconds,
    {
      title: 'Pool: connections in use, and work waiting for one',
      unit: 'short',
      queries: [
        ['toofan_pool_used', '{{subject}} in use'],
        ['toofan_pool_size', '{{subject}} limit'],
        ['toofan_pool_waiting', '{{subject}} waiting'],
      ],
    },
    {
      title: 'Connections in use per Postgres',
      unit: 'percentunit',
      queries: [['toofan_connections_ratio', '{{subject}}']],
    },
    {
      title: "Free space of the broker's disk",
      unit: 'percentunit',
      queries: [['toofan_disk_free_ratio', '{{subject}}']],
    },
    {
      title: 'Memory per process',
      unit: 'bytes',
      queries: [
        ['toofan_memory_bytes', '{{subject}}'],
        ['toofan_memory_limit_bytes', 'limit'],
      ],
    },
    errorsByPart,
    roundTrips,
    {
      title: 'Up (1) or down (0)',
      unit: 'short',
      queries: [['toofan_up', '{{subject}}']],
    },
    {
      title: 'Transactions waiting for a lock',
      unit: 'short',
      queries: [['toofan_lock_waits', '{{subject}}']],
    },
    {
      title: 'Keys in Redis',
      unit: 'short',
      queries: [['toofan_keys', '{{subject}}']],
    },
  ],
};
