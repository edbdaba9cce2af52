/** What Prometheus is told of a drill: names, units and labels, once for the endpoint, the alert rules and the dashboards. */

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

/** By the probe whose samples they are; `subject` is a process, a server, a group or an audit. */
export const probeMetrics: Readonly<Record<string, ProbeMetric>> = {
  up: asIs(gauge('up', 'Whether it answers.', ['subject', 'kind'])),
  roundTrip: times(1e-3, gauge('round_trip_seconds', 'What a store took to answer a look.', subject)),
  connections: asIs(gauge('connections_ratio', 'Connections taken, of those that a Postgres gives.', subject)),
  lockWaits: asIs(gauge('lock_waits', 'Transactions that wait for a lock.', subject)),
  keys: asIs(gauge('keys', 'Keys in Redis.', subject)),
  diskFree: asIs(gauge('disk_free_ratio', "Free space of the volume of Kafka's log.", subject)),
  memory: times(1024 * 1024, gauge('memory_bytes', 'Resident memory of a process.', subject)),
  lag: asIs(gauge('lag_messages', 'Records of the input log that a group has not committed.', subject)),
  decided: asIs(
    counter('decided_operations_total', 'Records on the topics of decisions; what came twice counts twice.'),
  ),
  shelf: asIs(gauge('shelf_lowest_units', 'The least that customers were shown of any product looked at.')),
  audit: asIs(gauge('audit_paise', 'What an audit of the books gives; zero at every moment.', subject)),
  poolWaiting: asIs(gauge('pool_waiting', "Requests that wait for a connection of a process's own pool.", subject)),
  poolUsed: asIs(gauge('pool_used', 'Connections of that pool in use.', subject)),
  poolSize: asIs(gauge('pool_size', 'Connections that the pool may open.', subject)),
  breakersOpen: asIs(gauge('breakers_open', 'Breakers of a process that are not closed.', subject)),
  errors: asIs(counter('errors_total', 'What failed inside a process.', subject)),
};

/** What the harness itself knows: of its plan, its generators and its faults. */
export const drillMetrics = {
  info: gauge('drill_info', 'The drill that is on: always 1.', ['scenario', 'target', 'run']),
  phase: gauge('phase', 'The phase of the load that is on: 1.', ['phase']),
  faults: gauge('faults_held', 'How many of the faults of that name strike now.', ['fault']),
  planned: gauge('planned_per_second', 'Arrival rate of the plan, primary operations.'),
  sent: gauge('sent_per_second', 'Primary operations handed to the client.'),
  decided: gauge('decided_per_second', 'Primary operations decided.'),
  plannedTotal: counter('planned_operations_total', 'Operations of all kinds planned so far.'),
  dueTotal: counter('due_operations_total', 'Those planned three seconds ago or longer: decided, where all is well.'),
  lagSeconds: gauge('lag_seconds', 'Age of the oldest undecided record of the group that is furthest behind.'),
  p99: gauge('decision_latency_p99_seconds', 'From planned to decided, since the warm-up, of one partition.'),
  plannedAmount: gauge(
    'planned_paise_per_second',
    'Arrival rate of the plan times the mean amount of a primary operation.',
  ),
  overdue: gauge(
    'overdue_paise',
    'Amounts of primary operations planned three seconds ago or longer and undecided, at the least: a decision that came twice hides one.',
  ),
  served: gauge(
    'served_ratio',
    'Share of the decisions sampled last that serve whoever asked, in the time that he waits.',
  ),
  memoryLimit: gauge('memory_limit_bytes', 'What a process of the target may use.'),
  peak: gauge('peak_operations_per_second', 'The highest arrival rate of a phase, operations of all kinds.'),
} as const;

/** The values of the label `kind`. */
export type SubjectKind = 'store' | 'process' | 'dependency';

/** As alert rules tell them apart: a process is what has samples of its memory. */
export function kindOf(name: string, hasMemory: boolean): SubjectKind {
  if (/^(kafka|redis|postgres:.*)$/.test(name)) return 'store';
  return hasMemory ? 'process' : 'dependency';
}
