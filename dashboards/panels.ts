/** Panels that more than one audience needs. */
import type { Panel } from './dashboard.ts';

export const rates: Panel = {
  title: 'Planned, sent and decided',
  says: 'If sent is below planned, the generator is behind; if decided is below sent, the pipeline is.',
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
  says: 'Of the consumer group with the most lag, estimated by an observer.',
  unit: 's',
  queries: [['toofan_lag_seconds', 'most lag']],
};

export const latency: Panel = {
  title: 'Decision latency, p99 since the warm-up',
  says: 'From the planned time, sampled on one decision partition.',
  unit: 's',
  queries: [['toofan_decision_latency_p99_seconds', 'p99']],
};

export const errorsByPart: Panel = {
  title: 'Errors by part',
  unit: 'ops',
  queries: [['sum by (part) (rate(pipeline_errors_total[$__rate_interval]))', '{{part}}']],
};

export const roundTrips: Panel = {
  title: 'Round trip of a probe per store',
  unit: 's',
  queries: [['toofan_round_trip_seconds', '{{subject}}']],
};
