/**
 * Every query of every rule, panel and annotation, sent to a real Prometheus that scrapes real drills with the committed
 * configuration. Counted as skipped, with the reason, without Prometheus.
 */
import { join } from 'node:path';
import type { Dashboard, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { afterAll, beforeAll, expect, test as bare } from 'vitest';
import { generated } from '../../dashboards/generate.ts';
import { ruleGroups } from '../../dashboards/rules.ts';
import { lackingForVolume } from '../../harness/stack/tools/log-volume.ts';
import { freePorts } from '../../harness/stack/ports.ts';
import { emptyFolder, toofan, type Finished } from '../toofan.ts';
import { missing, prometheus, type Scraping, startPrometheus } from './prometheus.ts';

interface Drill {
  readonly finished: Finished;
  readonly from: number;
  readonly to: number;
}

const configured = import.meta.dirname;
/** Its drill has this name: its target has another. */
const standingStill = 'smoke-standing-still';
let folder: Awaited<ReturnType<typeof emptyFolder>> | undefined;
let scraping: Scraping | undefined;
const drills = new Map<string, Drill>();

beforeAll(async () => {
  if (prometheus === undefined) return;
  folder = await emptyFolder();
  const [port = 0, harnessPort = 0] = await freePorts(2);
  scraping = await startPrometheus(prometheus, port, harnessPort);
  for (const [target, scenario] of [
    ['inventory/streaming', 'smoke'],
    ['inventory/resilient-2021', 'smoke-with-failures'],
    ['wallet/streaming', 'wallet-smoke'],
    ['inventory/streaming', standingStill],
  ] as const) {
    const from = Date.now() / 1000;
    const out = join(folder.path, `${scenario}-${target.replace('/', '-')}`);
    const args = [
      'run',
      scenario,
      '--target',
      target,
      '--stack',
      'local',
      '--metrics',
      String(harnessPort),
      '--out',
      out,
    ];
    const finished = await toofan(args, configured);
    drills.set(scenario === standingStill ? standingStill : target, { finished, from, to: Date.now() / 1000 });
  }
}, 400_000);

afterAll(async () => {
  await scraping?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
});

/** The queries that returned no value during that target's drill. */
const test = bare.extend<{ silent: (target: string, queries: readonly string[]) => Promise<string[]> }>({
  silent: async ({ skip }, use) => {
    const asked = scraping ?? skip(missing);
    await use(async (target, queries) => {
      const { finished, from, to } = drills.get(target) ?? expect.fail(`${target} was not drilled`);
      expect(finished.stderr).toBe('');
      const silent: string[] = [];
      for (const query of queries) {
        const series = await asked.range(query, from, to);
        if (!series.some(({ values }) => values.some(([, value]) => value !== 'NaN'))) silent.push(query);
      }
      return silent;
    });
  },
});

/** Grafana's value for one scrape per second. */
const filledIn = (query: string) => query.replaceAll('$__rate_interval', '4s');

const dashboards = [...generated()]
  .filter(([name]) => name.endsWith('.json'))
  .map(([name, text]) => ({ name, dashboard: JSON.parse(text) as Dashboard }));
const panelQueries = dashboards.flatMap(({ dashboard }) =>
  (dashboard.panels as Panel[]).flatMap(({ targets = [] }) =>
    targets.map((target) => filledIn((target as { expr?: string }).expr ?? '')),
  ),
);
const markQueries = dashboards.flatMap(({ dashboard }) =>
  (dashboard.annotations?.list ?? []).flatMap(({ expr }) => (expr === undefined ? [] : [expr])),
);
/** The expression that a rule compares, without the comparison: an alert that does not fire returns no series. */
const ruleQueries = ruleGroups()
  .groups.flatMap(({ rules }) => rules)
  .map(({ expr }) => expr.replaceAll(/ ([<>]) (?=[\d.]+(?:$| and|\)))/g, ' $1 bool '));
const queries = [...new Set([...ruleQueries, ...panelQueries, ...markQueries])];

const firing = (name: string) => `ALERTS{alertname="${name}", alertstate="firing"}`;

/** Queries without data in a drill in which nothing fails, on a broker without its own volume, and without a shop. */
const needsFailure = /breakers_open|errors_total|faults_held|kind="dependency"|by \(alertname\)/;
const ofAVolume = /disk_free/;
const ofAWallet = /audit_paise/;

test('queries are found in the rules, on four dashboards, and as marks on each', () => {
  expect(dashboards.map(({ name }) => name)).toEqual([
    'executive.json',
    'operations.json',
    'developer.json',
    'drill.json',
  ]);
  expect(ruleQueries.length).toBe(24);
  expect(markQueries.length).toBe(4);
  expect(panelQueries.length).toBeGreaterThan(40);
  expect(panelQueries.filter((query) => query === '')).toEqual([]);
});

test('a sound shop gives data to every other query', async ({ silent }) => {
  const special = [needsFailure, ofAVolume, ofAWallet];
  const asked = queries.filter((query) => !special.some((pattern) => pattern.test(query)));
  expect(asked.length).toBeGreaterThan(40);
  expect(await silent('inventory/streaming', asked)).toEqual([]);
});

test('a shop in which something fails gives data to what is about failure', async ({ silent }) => {
  const asked = queries.filter((query) => needsFailure.test(query));
  expect(asked.length).toBeGreaterThan(4);
  expect(await silent('inventory/resilient-2021', asked)).toEqual([]);
});

test('a broker with a volume of its own gives data to what is about its disk', async ({ silent, skip }) => {
  const lacking = lackingForVolume();
  if (lacking !== null) skip(lacking);
  const asked = queries.filter((query) => ofAVolume.test(query));
  expect(asked.length).toBe(2);
  expect(await silent('inventory/resilient-2021', [...asked, firing('DiskSpaceLow')])).toEqual([]);
});

test('alerts fire where something fails, and not where all is well', async ({ silent }) => {
  expect(await silent('inventory/resilient-2021', ['DependencyDown', 'BreakerOpen'].map(firing))).toEqual([]);
  const none = ['DependencyDown', 'DecisionsStalled', 'ErrorBudgetBurnsFast', 'ErrorBudgetBurns'].map(firing);
  expect(await silent('inventory/streaming', none)).toEqual(none);
});

test('₹ at risk is nothing while all is well, and is seen where workers stand still', async ({ silent }) => {
  const rupees = dashboards
    .filter(({ name }) => name === 'executive.json')
    .flatMap(({ dashboard }) => dashboard.panels as Panel[])
    .filter(({ title = '' }) => title.startsWith('₹ at risk') || title.startsWith('₹ of waiting'))
    .map(({ targets: [waiting] = [] }) => `(${filledIn((waiting as { expr?: string } | undefined)?.expr ?? '')}) > 0`);
  expect(rupees.length).toBe(2);
  expect(await silent('inventory/streaming', rupees)).toEqual(rupees);
  expect(await silent(standingStill, rupees)).toEqual([]);
});

test('both shops time every stage of a batch', async ({ silent }) => {
  const stages = ['read', 'decide', 'answer', 'shelf'];
  const asked = stages.map((stage) => `pipeline_stage_seconds_count{stage="${stage}"} > 0`);
  for (const target of ['inventory/streaming', 'inventory/resilient-2021'])
    expect(await silent(target, asked)).toEqual([]);
});

test('a wallet gives data to what is about its books', async ({ silent }) => {
  const asked = queries.filter((query) => ofAWallet.test(query));
  expect(asked.length).toBe(1);
  expect(await silent('wallet/streaming', asked)).toEqual([]);
});

test('every drill has named itself to Prometheus, and said where it is to be found', async ({ silent }) => {
  for (const [name, { finished }] of drills) {
    const target = name === standingStill ? 'inventory/streaming' : name;
    expect(await silent(name, [`toofan_drill_info{target="${target}"}`])).toEqual([]);
    expect(finished.stdout).toMatch(/^Metrics: http:\/\/127\.0\.0\.1:\d+\/metrics$/m);
  }
});
