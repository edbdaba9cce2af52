/** Panels that more than one audience needs. */
import type { Panel } from './dashboard.ts';

export const rates: Panel = {
  title: 'Planned, sent and decided',
  says: "Sent below planned is the generator's account, decided below sent the pipeline's.",
  unit: 'ops',
  queries: [
    ['toofan_planned_per_second', 'planned'],
    ['toofan_sent_per_second', 'sent'],
    ['toofan_decided_per_second', 'decided'],
  ],
};

export const lagMessages: Panel = {
  title: 'Lag in messages',
  unit: 'short',
  queries: [['toofan_lag_messages', '{{subject}}']],
};

export const lagSeconds: Panel = {
  title: 'Lag in seconds',
  says: 'Of the group that is furthest behind, as an observer estimates it.',
  unit: 's',
  queries: [['toofan_lag_seconds', 'furthest behind']],
};

export const latency: Panel = {
  title: 'Decision latency, p99 since the warm-up',
  says: 'From the planned time, of one partition of the decisions.',
  unit: 's',
  queries: [['toofan_decision_latency_p99_seconds', 'p99']],
};

export const errorsByPart: Panel = {
  title: 'Errors by part',
  unit: 'ops',
  queries: [['sum by (part) (rate(pipeline_errors_total[$__rate_interval]))', '{{part}}']],
};

export const roundTrips: Panel = {
  title: 'Round trip of a look at each store',
  unit: 's',
  queries: [['toofan_round_trip_seconds', '{{subject}}']],
};
