import { type AlertRule, alertRules } from '../harness/judge/alerts/rules.ts';
import { drillMetrics, type ProbeMetric, probeMetrics } from '../harness/live/prometheus/exposed.ts';

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}
interface Recording {
  readonly record: string;
  readonly expr: string;
}

/** A rules file of Prometheus, as its `groups` stand in YAML. */
export interface RuleGroups {
  readonly groups: readonly {
    readonly name: string;
    readonly interval: string;
    readonly rules: readonly (Alert | Recording)[];
  }[];
}

/** A drill is scraped once a second; a rate needs two scrapes that may both be late. */
const shortestRangeMs = 4_000;

const duration = (ms: number): string => (ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`);

function metricOf({ name, probe }: AlertRule): ProbeMetric {
  const metric = probeMetrics[probe];
  if (metric === undefined) throw new Error(`${name}: no metric exposes the probe '${probe}'; add one`);
  return metric;
}

/** Whose: where a metric is about subjects of several kinds, those of the rule's alone. */
function selected({ name, labels }: ProbeMetric, { subjects }: AlertRule): string {
  const one = subjects !== 'any' && subjects !== 'all';
  return one && labels.includes('kind') ? `${name}{kind="${subjects}"}` : name;
}

/** What is compared with the threshold, in the metric's unit. */
function compared(rule: AlertRule): string {
  const metric = selected(metricOf(rule), rule);
  const windowMs = rule.windowMs ?? 0;
  if (rule.aggregate === 'rate') return `rate(${metric}[${duration(Math.max(windowMs, shortestRangeMs))}])`;
  return rule.aggregate === 'shareOfMost' ? `${metric} / max_over_time(${metric}[${duration(windowMs)}])` : metric;
}

/** The metric that a rule's value is divided by. */
const divisors: Readonly<Record<NonNullable<AlertRule['over']>, string>> = {
  memoryLimitMiB: drillMetrics.memoryLimit.name,
  peakPerSecond: drillMetrics.peak.name,
};

/** What stands still once the load has ended is no harm, as for the judge, who looks no further. */
const duringTheLoad = ` and on (job, instance) ${drillMetrics.planned.name} > 0`;

/** Whether the metric says whose it is. */
const isAboutOne = (rule: AlertRule): boolean => rule.subjects !== 'all' && metricOf(rule).labels.includes('subject');

/** The page of what most likely causes it: how it shows, and what heals it. A path of the repository, which has no address of its own. */
const runbookOf = ([likeliest]: readonly string[]): string => `docs/faults/${likeliest ?? 'README'}.md`;

/** One alert of the judge, as Prometheus evaluates it. */
export function alertOf(rule: AlertRule): Alert {
  const { name, summary, causes, over, sense, threshold, forMs, source } = rule;
  const value =
    over === undefined ? compared(rule) : `${compared(rule)} / ignoring (subject) group_left ${divisors[over]}`;
  // A share of what is in the same unit has none.
  const factor = over === undefined && rule.aggregate !== 'shareOfMost' ? metricOf(rule).factor : 1;
  const standsStill = rule.aggregate === 'rate' && sense === 'below';
  return {
    alert: name,
    expr: `${value} ${sense === 'above' ? '>' : '<'} ${threshold * factor}${standsStill ? duringTheLoad : ''}`,
    ...(forMs > 0 && { for: duration(forMs) }),
    annotations: {
      summary: isAboutOne(rule) ? `{{ $labels.subject }}: ${summary}` : summary,
      ...(causes.length > 0 && { causes: causes.join(', ') }),
      runbook: runbookOf(causes),
      source,
    },
  };
}

/** What may stay undecided of what is due, as the scenarios' objective `decided` has it (source 6022-6050). */
export const errorBudget = 0.001;

/**
 * Burn 1 uses up the budget of 30 days in 30 days; both windows must burn, the short one so that the alert ends when the harm
 * does. Pairs and factors are those of The Site Reliability Workbook, chapter 5, as sloth's `google-30d.yaml` has them.
 */
export const burnWindows = [
  { severity: 'page', short: '5m', long: '1h', factor: 14.4 },
  { severity: 'page', short: '30m', long: '6h', factor: 6 },
  { severity: 'ticket', short: '2h', long: '1d', factor: 3 },
  { severity: 'ticket', short: '6h', long: '3d', factor: 1 },
] as const;

const undecided = (window: string) => `toofan:undecided:ratio_rate${window}`;

function undecidedRatio(window: string): Recording {
  const grown = (metric: { readonly name: string } | undefined) => `increase(${metric?.name}[${window}])`;
  const [decided, due] = [grown(probeMetrics['decided']), grown(drillMetrics.dueTotal)];
  return { record: undecided(window), expr: `clamp_min(1 - ${decided} / (${due} > 0), 0)` };
}

const burns = (window: string, factor: number) => `${undecided(window)} > ${Number((factor * errorBudget).toFixed(6))}`;

function burnAlert(severity: string, summary: string): Alert {
  const pairs = burnWindows.filter((pair) => pair.severity === severity);
  return {
    alert: severity === 'page' ? 'ErrorBudgetBurnsFast' : 'ErrorBudgetBurns',
    expr: pairs.map(({ short, long, factor }) => `(${burns(short, factor)} and ${burns(long, factor)})`).join(' or '),
    labels: { severity },
    annotations: { summary, runbook: runbookOf([]) },
  };
}

/** The judge's alerts, and those of the error budget, which no drill is long enough to be judged by. */
export function ruleGroups(): RuleGroups {
  const windows = [...new Set(burnWindows.flatMap(({ short, long }) => [short, long]))];
  return {
    groups: [
      { name: 'toofan', interval: '1s', rules: alertRules.map(alertOf) },
      {
        name: 'toofan-error-budget',
        interval: '5s',
        rules: [
          ...windows.map(undecidedRatio),
          burnAlert('page', "Undecided operations will use up the month's error budget within days."),
          burnAlert('ticket', 'Undecided operations use the error budget faster than it lasts a month.'),
        ],
      },
    ],
  };
}
