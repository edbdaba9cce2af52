/**
 * What Prometheus learns about a drill: names, units and labels, defined once for the endpoint, the alert rules and the
 * dashboards.
 */

export interface ExposedMetric {
  /** `toofan_lag_messages` */
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
  readonly labels: readonly string[];
}

export interface ProbeMetric extends ExposedMetric {
  /** From the sample's unit to the metric's. */
  readonly factor: number;
}

const gauge = (name: string, help: string, labels: readonly string[] = []): ExposedMetric => ({
  name: `toofan_${name}`,
  help,
  type: 'gauge',
  labels,
});
const counter = (name: string, help: string, labels: readonly string[] = []): ExposedMetric => ({
  ...gauge(name, help, labels),
  type: 'counter',
});
const times = (factor: number, metric: ExposedMetric): ProbeMetric => ({ ...metric, factor });
const asIs = (metric: ExposedMetric): ProbeMetric => times(1, metric);

const subject = ['subject'];

/** By probe; `subject` is a process, a server, a group or an audit. */
export const probeMetrics: Readonly<Record<string, ProbeMetric>> = {
  up: asIs(gauge('up', '1 while the subject answers, else 0.', ['subject', 'kind'])),
  roundTrip: times(1e-3, gauge('round_trip_seconds', 'Time a store took to answer a probe.', subject)),
  connections: asIs(gauge('connections_ratio', 'Share of the connections Postgres allows that are in use.', subject)),
  lockWaits: asIs(gauge('lock_waits', 'Transactions waiting for a lock.', subject)),
  keys: asIs(gauge('keys', 'Keys in Redis.', subject)),
  diskFree: asIs(gauge('disk_free_ratio', "Free share of the volume that holds Kafka's log.", subject)),
  memory: times(1024 * 1024, gauge('memory_bytes', 'Resident memory of a process.', subject)),
  lag: asIs(gauge('lag_messages', 'Records of the input log that a consumer group has not committed.', subject)),
  decided: asIs(counter('decided_operations_total', 'Records on the decision topics; duplicates count.')),
  shelf: asIs(gauge('shelf_lowest_units', 'Lowest stock shown to customers, of the products probed.')),
  audit: asIs(gauge('audit_paise', 'Result of an audit of the books; always zero in sound books.', subject)),
  poolWaiting: asIs(gauge('pool_waiting', "Requests waiting for a connection from a process's own pool.", subject)),
  poolUsed: asIs(gauge('pool_used', "Connections in use in a process's own pool.", subject)),
  poolSize: asIs(gauge('pool_size', "Size of a process's own pool.", subject)),
  breakersOpen: asIs(gauge('breakers_open', 'Circuit breakers of a process that are not closed.', subject)),
  errors: asIs(counter('errors_total', 'Errors inside a process.', subject)),
  retries: asIs(counter('retries_total', 'What a process did again.', subject)),
};

/** What the harness itself knows: its plan, generators and faults. */
export const drillMetrics = {
  info: gauge('drill_info', 'The current drill: always 1.', ['scenario', 'target', 'run']),
  phase: gauge('phase', 'The current phase of the load: always 1.', ['phase']),
  faults: gauge('faults_held', 'Faults of that name now holding.', ['fault']),
  planned: gauge('planned_per_second', 'Planned arrival rate of primary operations.'),
  sent: gauge('sent_per_second', 'Primary operations handed to the client.'),
  decided: gauge('decided_per_second', 'Primary operations decided.'),
  plannedTotal: counter('planned_operations_total', 'Operations of all kinds planned so far.'),
  dueTotal: counter(
    'due_operations_total',
    'Operations planned at least three seconds ago; a healthy target has decided them.',
  ),
  lagSeconds: gauge('lag_seconds', 'Age of the oldest undecided record, in the consumer group with the most lag.'),
  p99: gauge(
    'decision_latency_p99_seconds',
    'p99 from planned to decided since the warm-up, sampled on one partition.',
  ),
  plannedAmount: gauge('planned_paise_per_second', 'Planned arrival rate × mean amount of a primary operation.'),
  overdue: gauge(
    'overdue_paise',
    'Amount of primary operations planned at least three seconds ago and undecided; a lower bound, as a duplicate decision hides one.',
  ),
  served: gauge('served_ratio', 'Share of the latest sampled decisions that serve the customer in time.'),
  memoryLimit: gauge('memory_limit_bytes', 'Memory limit of a process of the target.'),
  peak: gauge('peak_operations_per_second', 'Peak arrival rate, operations of all kinds.'),
} as const;

/** The values of the label `kind`. */
export type SubjectKind = 'store' | 'process' | 'dependency';

/** As alert rules distinguish them: a subject with memory samples is a process. */
export function kindOf(name: string, hasMemory: boolean): SubjectKind {
  if (/^(kafka|redis|postgres:.*)$/.test(name)) return 'store';
  return hasMemory ? 'process' : 'dependency';
}
