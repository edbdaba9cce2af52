import { causes } from './causes.ts';

/**
 * What monitoring of the pipeline would report, as data: an alert fires for a subject once its value has been on the bad side of
 * the threshold at every sample for `forMs`. Names and shape are Prometheus's, so that the same list can be rendered for it.
 * Missing here: CPU above 80 % for 5 minutes (6183), which has no probe, and job failures above 5 % (6198), since no sample
 * counts jobs.
 */
export interface AlertRule {
  /** `StoreDown` */
  readonly name: string;
  /** One sentence, for the annotation. */
  readonly summary: string;
  /**
   * The fault types it points to, likeliest first; none if it reports harm but no cause. Each fault declares this itself
   * (`alertedBy`); `npm run docs` writes the list for the judge, which knows no faults.
   */
  readonly causes: readonly string[];
  /** The probe whose samples it uses. */
  readonly probe: string;
  /**
   * Whose: `store` (kafka, redis, postgres:*), `process` (of the target: has a `memory` probe), `dependency` (answers, and is
   * neither), `all` together (the worst of each sample), or `any` subject by itself.
   */
  readonly subjects: 'store' | 'process' | 'dependency' | 'all' | 'any';
  /**
   * `value`: as sampled. `rate`: growth per second over the last `windowMs`, of a counter. `shareOfMost`: the value over the
   * maximum of the last `windowMs`.
   */
  readonly aggregate: 'value' | 'rate' | 'shareOfMost';
  readonly windowMs?: number;
  /** What the value is divided by: the target's memory limit, or the peak planned rate of all operations. */
  readonly over?: 'memoryLimitMiB' | 'peakPerSecond';
  readonly sense: 'above' | 'below';
  readonly threshold: number;
  /** Wall time. */
  readonly forMs: number;
  /** Lines of the source text. */
  readonly source: string;
}

/** Two minutes of the source's story at the sixtyfold speed of its drills. */
const twoStoryMinutesMs = 2_000;
/** Five samples in a row: one bad sample wakes nobody. */
const aSecondMs = 1_000;

const rules: readonly Omit<AlertRule, 'causes'>[] = [
  {
    name: 'StoreDown',
    summary: 'Kafka, Redis or a Postgres does not answer.',
    probe: 'up',
    subjects: 'store',
    aggregate: 'value',
    sense: 'below',
    threshold: 1,
    forMs: aSecondMs,
    source: '1570',
  },
  {
    name: 'StoreSlow',
    summary: 'A store takes more than 100 ms to answer.',
    probe: 'roundTrip',
    subjects: 'store',
    aggregate: 'value',
    sense: 'above',
    threshold: 100,
    forMs: aSecondMs,
    source: '6186',
  },
  {
    name: 'ProcessDown',
    summary: 'A process of the pipeline is gone or does not answer.',
    probe: 'up',
    subjects: 'process',
    aggregate: 'value',
    sense: 'below',
    threshold: 1,
    forMs: aSecondMs,
    source: '1570',
  },
  {
    name: 'DependencyDown',
    summary: 'A dependency of the pipeline does not answer.',
    probe: 'up',
    subjects: 'dependency',
    aggregate: 'value',
    sense: 'below',
    threshold: 1,
    forMs: aSecondMs,
    source: '4012-4014',
  },
  {
    name: 'BreakerOpen',
    summary: 'A circuit breaker of the pipeline is open.',
    probe: 'breakersOpen',
    subjects: 'any',
    aggregate: 'value',
    sense: 'above',
    threshold: 0,
    forMs: 0,
    source: '2290-2420',
  },
  {
    name: 'DiskSpaceLow',
    summary: "Less than a fifth of the volume that holds Kafka's log is free.",
    probe: 'diskFree',
    subjects: 'any',
    aggregate: 'value',
    sense: 'below',
    threshold: 0.2,
    forMs: 0,
    source: '6185',
  },
  {
    name: 'MemoryHigh',
    summary: 'A process has used more than 90 % of its memory for two minutes of story time.',
    probe: 'memory',
    subjects: 'process',
    aggregate: 'value',
    over: 'memoryLimitMiB',
    sense: 'above',
    threshold: 0.9,
    forMs: twoStoryMinutesMs,
    source: '6184',
  },
  {
    name: 'PoolExhausted',
    summary: "Work waits for a connection from the pipeline's own pool.",
    probe: 'poolWaiting',
    subjects: 'any',
    aggregate: 'value',
    sense: 'above',
    threshold: 0,
    forMs: twoStoryMinutesMs,
    source: '1571',
  },
  {
    name: 'ConnectionsHigh',
    summary: 'More than 90 % of the connections of a Postgres are in use.',
    probe: 'connections',
    subjects: 'store',
    aggregate: 'value',
    sense: 'above',
    threshold: 0.9,
    forMs: aSecondMs,
    source: '1571',
  },
  {
    name: 'LockWaits',
    summary: 'Transactions of the pipeline have waited for locks for two minutes of story time.',
    probe: 'lockWaits',
    subjects: 'store',
    aggregate: 'value',
    sense: 'above',
    threshold: 0,
    forMs: twoStoryMinutesMs,
    source: '1570',
  },
  {
    name: 'ConsumerLagHigh',
    summary: 'Consumer lag exceeds two seconds of peak load.',
    probe: 'lag',
    subjects: 'any',
    aggregate: 'value',
    over: 'peakPerSecond',
    sense: 'above',
    threshold: 2,
    forMs: aSecondMs,
    source: '1568',
  },
  {
    name: 'DecisionsStalled',
    summary: 'Less than one decision per second for two minutes of story time.',
    probe: 'decided',
    subjects: 'any',
    aggregate: 'rate',
    windowMs: aSecondMs,
    sense: 'below',
    threshold: 1,
    forMs: twoStoryMinutesMs,
    source: '1570',
  },
  {
    name: 'ErrorSpike',
    summary: 'More than one error per second inside the pipeline.',
    probe: 'errors',
    subjects: 'any',
    aggregate: 'rate',
    windowMs: twoStoryMinutesMs,
    sense: 'above',
    threshold: 1,
    forMs: 0,
    source: '6201',
  },
  {
    name: 'KeysLost',
    summary: 'Redis holds less than half of the keys it held ten seconds ago.',
    probe: 'keys',
    subjects: 'store',
    aggregate: 'shareOfMost',
    windowMs: 10_000,
    sense: 'below',
    threshold: 0.5,
    forMs: 0,
    source: '1568',
  },
  {
    name: 'ShelfNegative',
    summary: 'Customers are shown negative stock: more was sold than was available.',
    probe: 'shelf',
    subjects: 'all',
    aggregate: 'value',
    sense: 'below',
    threshold: 0,
    forMs: 0,
    source: '1569',
  },
];

export const alertRules: readonly AlertRule[] = rules.map((rule) => ({ ...rule, causes: causes[rule.name] ?? [] }));

/** The longest that a rule may wait: beyond that, no drill's load is long enough for it to fire. */
const longestForMs = 10_000;

/** What in a rule can never fire, each beginning with the member's name; empty if the rule is sound. */
export function ruleProblems(rule: AlertRule, probes: ReadonlySet<string>): string[] {
  const { aggregate, windowMs, threshold, sense, forMs } = rule;
  const isShare = aggregate === 'shareOfMost' || ['connections', 'diskFree', 'up'].includes(rule.probe);
  const canBeBad = sense === 'above' ? !isShare || threshold < 1 : threshold > 0 || ['shelf'].includes(rule.probe);
  return [
    ...(/^[A-Z][A-Za-z]+$/.test(rule.name) ? [] : [`name: must be CamelCase, as in Prometheus: ${rule.name}`]),
    ...(probes.has(rule.probe) ? [] : [`probe: unknown probe '${rule.probe}'`]),
    ...(canBeBad && Number.isFinite(threshold) ? [] : [`threshold: no value is ever ${sense} ${threshold}`]),
    ...(forMs >= 0 && forMs <= longestForMs
      ? []
      : [`forMs: must be 0 to ${longestForMs} (loads outlast that): ${forMs}`]),
    ...((windowMs ?? 0) > 0 === (aggregate !== 'value')
      ? []
      : ['windowMs: `rate` and `shareOfMost` need one, others take none']),
  ];
}
