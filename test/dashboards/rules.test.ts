/** The generated rules as evaluated by Prometheus's own tool. Counted as skipped, with the reason, if it is missing. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test as bare } from 'vitest';
import { stringify } from 'yaml';
import { ruleGroups } from '../../dashboards/rules.ts';
import { configFile, missing, promtool, rulesFile } from './prometheus.ts';

const run = promisify(execFile);

const test = bare.extend<{ tool: (...args: readonly string[]) => Promise<string> }>({
  tool: async ({ skip }, use) => {
    const program = promtool ?? skip(missing);
    await use(async (...args) => {
      try {
        return (await run(program, args)).stdout;
      } catch (error) {
        const { stdout, stderr } = error as { stdout?: string; stderr?: string };
        throw new Error(`promtool ${args.join(' ')}:\n${stdout}${stderr}`, { cause: error });
      }
    });
  },
});

/** Values of series by name, in promtool's notation: `1x9` is ten times 1, `0+5x9` rises by 5 each time. */
type Course = Readonly<Record<string, string>>;
/** Whether an alert fires at a given time, and its own labels. */
type Expected = readonly [at: string, alert: string, labels: Readonly<Record<string, string>> | null];

/** As Prometheus renders them for the labels of one alert. */
function annotationsOf(alert: string, labels: Readonly<Record<string, string>>) {
  const [annotations = {}] = ruleGroups()
    .groups.flatMap(({ rules }) => rules)
    .flatMap((rule) => ('alert' in rule && rule.alert === alert ? [rule.annotations] : []));
  return Object.fromEntries(
    Object.entries(annotations).map(([name, text]) => [
      name,
      text.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => labels[label] ?? ''),
    ]),
  );
}

async function evaluated(
  tool: (...args: readonly string[]) => Promise<string>,
  interval: string,
  cases: readonly { readonly course: Course; readonly expected: readonly Expected[] }[],
): Promise<string> {
  const tests = cases.map(({ course, expected }) => ({
    interval,
    input_series: Object.entries(course).map(([series, values]) => ({ series, values })),
    alert_rule_test: expected.map(([at, alert, labels]) => ({
      eval_time: at,
      alertname: alert,
      exp_alerts: labels === null ? [] : [{ exp_labels: labels, exp_annotations: annotationsOf(alert, labels) }],
    })),
  }));
  const folder = await mkdtemp(join(tmpdir(), 'toofan-rules-'));
  try {
    const file = join(folder, 'test.yaml');
    await writeFile(file, stringify({ rule_files: [rulesFile], evaluation_interval: interval, tests }));
    return await tool('test', 'rules', file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test('Prometheus accepts the rules, and the configuration that finds a drill', async ({ tool }) => {
  expect(await tool('check', 'rules', '--lint-fatal', rulesFile)).toContain('SUCCESS: 24 rules found');
  expect(await tool('check', 'config', configFile)).toContain('SUCCESS');
});

/** All is well for ten seconds, then not: each alert fires that many seconds later, and not one earlier. */
const alerts: readonly { alert: string; course: Course; after: number; labels?: Expected[2] }[] = [
  {
    alert: 'StoreDown',
    course: { 'toofan_up{subject="kafka",kind="store"}': '1x9 0x20' },
    after: 1,
    labels: { subject: 'kafka', kind: 'store' },
  },
  {
    alert: 'StoreSlow',
    course: { 'toofan_round_trip_seconds{subject="redis"}': '0.1x9 0.11x20' },
    after: 1,
    labels: { subject: 'redis' },
  },
  {
    alert: 'ProcessDown',
    course: { 'toofan_up{subject="worker-0",kind="process"}': '1x9 0x20' },
    after: 1,
    labels: { subject: 'worker-0', kind: 'process' },
  },
  {
    alert: 'DependencyDown',
    course: { 'toofan_up{subject="bank-0",kind="dependency"}': '1x9 0x20' },
    after: 1,
    labels: { subject: 'bank-0', kind: 'dependency' },
  },
  {
    alert: 'BreakerOpen',
    course: { 'toofan_breakers_open{subject="worker-0"}': '0x9 1x20' },
    after: 0,
    labels: { subject: 'worker-0' },
  },
  {
    alert: 'DiskSpaceLow',
    course: { 'toofan_disk_free_ratio{subject="kafka"}': '0.2x9 0.19x20' },
    after: 0,
    labels: { subject: 'kafka' },
  },
  {
    alert: 'MemoryHigh',
    course: { 'toofan_memory_bytes{subject="worker-0"}': '90x9 91x20', toofan_memory_limit_bytes: '100x30' },
    after: 2,
    labels: { subject: 'worker-0' },
  },
  {
    alert: 'PoolExhausted',
    course: { 'toofan_pool_waiting{subject="worker-0"}': '0x9 1x20' },
    after: 2,
    labels: { subject: 'worker-0' },
  },
  {
    alert: 'ConnectionsHigh',
    course: { 'toofan_connections_ratio{subject="postgres:main"}': '0.9x9 0.91x20' },
    after: 1,
    labels: { subject: 'postgres:main' },
  },
  {
    alert: 'LockWaits',
    course: { 'toofan_lock_waits{subject="postgres:main"}': '0x9 1x20' },
    after: 2,
    labels: { subject: 'postgres:main' },
  },
  {
    alert: 'ConsumerLagHigh',
    course: { 'toofan_lag_messages{subject="etl"}': '8000x9 8001x20', toofan_peak_operations_per_second: '4000x30' },
    after: 1,
    labels: { subject: 'etl' },
  },
  // Four seconds until no earlier decision is in the window.
  {
    alert: 'DecisionsStalled',
    course: { toofan_decided_operations_total: '0+100x9 900x20', toofan_planned_per_second: '100x30' },
    after: 5,
  },
  {
    alert: 'ErrorSpike',
    course: { 'toofan_errors_total{subject="worker-0"}': '0x9 9x20' },
    after: 0,
    labels: { subject: 'worker-0' },
  },
  {
    alert: 'KeysLost',
    course: { 'toofan_keys{subject="redis"}': '500x9 249x20' },
    after: 0,
    labels: { subject: 'redis' },
  },
  { alert: 'ShelfNegative', course: { toofan_shelf_lowest_units: '0x9 -1x20' }, after: 0 },
];

test('each alert fires once its value has been bad for its time, and not before', async ({ tool }) => {
  const firstBad = 10;
  const cases = alerts.map(({ alert, course, after, labels = {} }) => ({
    course,
    expected: [
      [`${firstBad + after - 1}s`, alert, null],
      [`${firstBad + after}s`, alert, labels],
    ] as const,
  }));
  expect(await evaluated(tool, '1s', cases)).toContain('SUCCESS');
  const named = ruleGroups().groups[0]?.rules.flatMap((rule) => ('alert' in rule ? [rule.alert] : []));
  expect(named).toEqual(alerts.map(({ alert }) => alert));
});

test('an alert is about its own kind of subject alone', async ({ tool }) => {
  const course = { 'toofan_up{subject="worker-0",kind="process"}': '0x20' };
  const expected: Expected[] = ['StoreDown', 'DependencyDown'].map((alert) => ['15s', alert, null]);
  expect(await evaluated(tool, '1s', [{ course, expected }])).toContain('SUCCESS');
});

test('that nothing is decided once the load has ended is no alert', async ({ tool }) => {
  const course = { toofan_decided_operations_total: '900x30', toofan_planned_per_second: '0x30' };
  expect(await evaluated(tool, '1s', [{ course, expected: [['25s', 'DecisionsStalled', null]] }])).toContain('SUCCESS');
});

/** Operations that fall due between two scrapes. */
const due = 1_000;
/** Totals over that many scrapes, with that many per thousand operations decided, one part after another. */
function totals(...parts: readonly { readonly scrapes: number; readonly decided: number }[]): Course {
  let [fallen, decided] = [0, 0];
  const series = { toofan_due_operations_total: '', toofan_decided_operations_total: '' };
  for (const part of parts) {
    series.toofan_due_operations_total += `${fallen}+${due}x${part.scrapes - 1} `;
    series.toofan_decided_operations_total += `${decided}+${part.decided}x${part.scrapes - 1} `;
    fallen += part.scrapes * due;
    decided += part.scrapes * part.decided;
  }
  return series;
}

const evenly = (scrapes: number, decided: number) => totals({ scrapes, decided });

test('the budget pages for what burns fast in both windows, and ends when the harm does', async ({ tool }) => {
  const page = { severity: 'page' };
  const sixHours = { scrapes: 360, decided: 1_000 };
  const brief = totals(sixHours, { scrapes: 2, decided: 900 });
  // A fifth undecided for ten minutes: 3.3 % of the hour, 0.56 % of six.
  const outage = totals(sixHours, { scrapes: 10, decided: 800 }, { scrapes: 20, decided: 1_000 });
  const cases: { course: Course; expected: Expected[] }[] = [
    { course: brief, expected: [['362m', 'ErrorBudgetBurnsFast', null]] },
    {
      course: outage,
      expected: [
        ['369m', 'ErrorBudgetBurnsFast', page],
        ['377m', 'ErrorBudgetBurnsFast', null],
      ],
    },
    // 1 % for six hours: too slow for the pair of an hour, fast enough for that of six.
    { course: evenly(420, 990), expected: [['400m', 'ErrorBudgetBurnsFast', page]] },
    { course: evenly(420, 995), expected: [['400m', 'ErrorBudgetBurnsFast', null]] },
  ];
  expect(await evaluated(tool, '1m', cases)).toContain('SUCCESS');
});

test('the budget opens a ticket for what burns slowly, and for nothing within it', async ({ tool }) => {
  const ticket = { severity: 'ticket' };
  const cases: { course: Course; expected: Expected[] }[] = [
    {
      course: evenly(300, 998),
      expected: [
        ['72h', 'ErrorBudgetBurns', ticket],
        ['72h', 'ErrorBudgetBurnsFast', null],
      ],
    },
    { course: evenly(300, 999.5), expected: [['72h', 'ErrorBudgetBurns', null]] },
    // A duplicate delivery is no error.
    { course: evenly(300, 1_005), expected: [['72h', 'ErrorBudgetBurns', null]] },
    // Where nothing is due nothing stays undecided.
    {
      course: { toofan_due_operations_total: '5x300', toofan_decided_operations_total: '5x300' },
      expected: [['72h', 'ErrorBudgetBurns', null]],
    },
  ];
  expect(await evaluated(tool, '15m', cases)).toContain('SUCCESS');
});
