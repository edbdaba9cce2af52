import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { alertRules } from '../harness/judge/alerts/rules.ts';
import { drillMetrics, probeMetrics } from '../harness/live/prometheus/exposed.ts';
import { generated, generatedFolder } from './generate.ts';
import { alertOf, burnWindows, ruleGroups } from './rules.ts';

test('what is committed is what is generated', () => {
  const committed = new Map(
    readdirSync(generatedFolder)
      .toSorted()
      .map((name) => [name, readFileSync(join(generatedFolder, name), 'utf8')]),
  );
  const made = new Map([...generated()].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  expect(committed, 'run `npm run dashboards` and commit what it wrote').toEqual(made);
});

test('every alert of the judge is one of Prometheus, and besides them only those of the error budget', () => {
  const alerts = ruleGroups().groups.flatMap(({ rules }) =>
    rules.flatMap((rule) => ('alert' in rule ? [rule.alert] : [])),
  );
  expect(alerts).toEqual([...alertRules.map(({ name }) => name), 'ErrorBudgetBurnsFast', 'ErrorBudgetBurns']);
});

const rendered = ({ expr, for: held }: ReturnType<typeof alertOf>) => [expr, held];

test('an alert is about the subjects, in the unit and for the time of its rule', () => {
  const [rule] = alertRules;
  if (rule === undefined) throw new Error('there are no rules');
  const like = { ...rule, causes: [], forMs: 1_500, threshold: 250, sense: 'above', subjects: 'any' } as const;
  expect(rendered(alertOf({ ...like, probe: 'roundTrip' }))).toEqual(['toofan_round_trip_seconds > 0.25', '1500ms']);
  expect(
    rendered(alertOf({ ...like, probe: 'up', subjects: 'dependency', sense: 'below', threshold: 1, forMs: 0 })),
  ).toEqual(['toofan_up{kind="dependency"} < 1', undefined]);
  expect(rendered(alertOf({ ...like, probe: 'errors', aggregate: 'rate', windowMs: 10_000 }))).toEqual([
    'rate(toofan_errors_total[10s]) > 250',
    '1500ms',
  ]);
  expect(() => alertOf({ ...like, probe: 'mood' })).toThrow(/StoreDown: no metric exposes the probe 'mood'/);
});

test('an alert says whose it is, and where to read on', () => {
  const named = new Map(alertRules.map((rule) => [rule.name, alertOf(rule).annotations]));
  expect(named.get('StoreDown')).toMatchObject({
    summary: '{{ $labels.subject }}: Kafka, Redis or a Postgres does not answer.',
    runbook: 'docs/faults/store-kill.md',
  });
  const pages = ruleGroups().groups.flatMap(({ rules }) =>
    rules.flatMap((rule) => ('alert' in rule ? [rule.annotations['runbook'] ?? 'none'] : [])),
  );
  expect(pages.filter((page) => !existsSync(join(import.meta.dirname, '..', page)))).toEqual([]);
});

test('a figure is a name, a word or a number with a colour, and no step is wider than a second', () => {
  const text = [...generated()]
    .filter(([name]) => name.endsWith('.json'))
    .map(([, json]) => json)
    .join('\n');
  const stats = text.match(/"textMode": "(name|value)"/g) ?? [];
  expect(stats.filter((one) => one.includes('name'))).toHaveLength(2);
  expect(text).toContain('"text": "yes"');
  expect(text.match(/"interval": "1s"/g)?.length).toBe(text.match(/"targets": \[/g)?.length);
});

const minutes = (window: string) =>
  Number.parseInt(window, 10) * ({ m: 1, h: 60, d: 1_440 }[window.at(-1) ?? ''] ?? Number.NaN);

test('a short window is a twelfth of its long one, as the workbook has them', () => {
  for (const { short, long } of burnWindows) expect(minutes(long) / minutes(short)).toBe(12);
});

test('no query asks for a metric of the harness that it does not expose', () => {
  const exposed = new Set([...Object.values(probeMetrics), ...Object.values(drillMetrics)].map(({ name }) => name));
  const recorded = new Set(
    ruleGroups().groups.flatMap(({ rules }) => rules.flatMap((rule) => ('record' in rule ? [rule.record] : []))),
  );
  const asked = new Set([...generated().values()].flatMap((text) => text.match(/\btoofan[_:][\w:]+/g) ?? []));
  expect([...asked].filter((name) => !exposed.has(name) && !recorded.has(name))).toEqual([]);
  expect(asked.size).toBeGreaterThan(20);
});
