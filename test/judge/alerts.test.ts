import { rm } from 'node:fs/promises';

import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { faults } from '../../harness/faults/registry.ts';
import { openHistory } from '../../harness/history/reader.ts';
import { type Alerts, evaluateAlerts } from '../../harness/judge/alerts/evaluate.ts';
import { type AlertRule, alertRules, ruleProblems } from '../../harness/judge/alerts/rules.ts';
import { aHistory, micros, type SmallHistory } from './a-history.ts';
import { sample, series } from './samples.ts';

async function alertsOf(rules: readonly AlertRule[], small: SmallHistory): Promise<Alerts> {
  const folder = await aHistory(small);
  try {
    await using history = await openHistory(folder);
    return await evaluateAlerts(history, rules);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const ms = (at: number) => (at - micros(0)) / 1000;
const told = ({ firings }: Alerts) =>
  firings.map(({ rule, subject, firesAt, until }) => [
    rule.name,
    subject,
    ms(firesAt),
    until === null ? null : ms(until),
  ]);
const rule = (name: string): AlertRule => {
  const found = alertRules.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no rule is called ${name}`);
  return found;
};
const up = (pattern: string) => Array.from(pattern, Number);

test('fires once the condition has held for its time, and until it holds no more', async () => {
  const samples = [
    ...series('up', 'kafka', 1_000, up('1000000011')),
    // Not long enough.
    ...series('up', 'redis', 1_000, up('1000001111')),
    // No store.
    ...series('up', 'worker-0', 1_000, up('1000000000')),
  ];
  const alerts = await alertsOf([rule('StoreDown')], { samples });
  expect(told(alerts)).toEqual([['StoreDown', 'kafka', 2_200, 2_600]]);
  expect(alerts.firings[0]?.worst).toBe(0);
});

test('a process is what has memory, a dependency what answers beside it', async () => {
  const down = up('000000000');
  const samples = [
    sample('memory', 'worker-0', 500, 10),
    ...series('up', 'worker-0', 1_000, down),
    ...series('up', 'recommendations-0', 3_000, down),
  ];
  const alerts = await alertsOf([rule('ProcessDown'), rule('DependencyDown')], { samples });
  expect(told(alerts).map(([name, subject, at]) => [name, subject, at])).toEqual([
    ['ProcessDown', 'worker-0', 2_000],
    ['DependencyDown', 'recommendations-0', 4_000],
  ]);
});

test('a sample that was followed by none speaks for two and a half seconds', async () => {
  const samples = [...series('up', 'kafka', 1_000, up('000000')), ...series('up', 'kafka', 9_000, up('0000'))];
  expect(told(await alertsOf([rule('StoreDown')], { samples }))).toEqual([['StoreDown', 'kafka', 2_000, 4_500]]);
});

test('still fires where the load ended before the condition did', async () => {
  const samples = series('diskFree', 'kafka', 59_000, [0.3, 0.1, 0.1, 0.1, 0.1]);
  expect(told(await alertsOf([rule('DiskSpaceLow')], { samples }))).toEqual([['DiskSpaceLow', 'kafka', 59_200, null]]);
});

test('memory is a share of the limit, and says nothing where there is none', async () => {
  const samples = series(
    'memory',
    'worker-0',
    1_000,
    Array.from({ length: 15 }, () => 95),
  );
  const target = { name: 'small', readModel: null, memoryLimitMiB: 100 };
  expect(told(await alertsOf([rule('MemoryHigh')], { samples, drill: { target } }))).toEqual([
    ['MemoryHigh', 'worker-0', 3_000, 6_300],
  ]);
  const without = await alertsOf([rule('MemoryHigh')], { samples });
  expect(without).toEqual({ firings: [], watched: new Set() });
});

test('lag is reckoned in seconds of the highest load', async () => {
  const phases = [{ name: 'steady', warmUp: false, startsAt: micros(0), endsAt: micros(60_000), arrivals: 6_000 }];
  const samples = series('lag', 'inventory', 1_000, [199, 200, 201, 201, 201, 201, 201, 201, 10]);
  expect(told(await alertsOf([rule('ConsumerLagHigh')], { samples, phases }))).toEqual([
    ['ConsumerLagHigh', 'inventory', 2_400, 2_600],
  ]);
});

test('a counter is read by its growth, which a new start of its process does not make less than nothing', async () => {
  const samples = series('errors', 'worker-0', 1_000, [100, 100, 100, 0, 0, 1, 2, 3]);
  const [firing, ...others] = told(await alertsOf([{ ...rule('ErrorSpike'), windowMs: 400 }], { samples }));
  expect(others).toEqual([]);
  expect(firing).toEqual(['ErrorSpike', 'worker-0', 2_000, 4_900]);
});

test('nothing decided for a while is a stall; before the second sample nothing is known', async () => {
  const decided = [5, 10, 15, ...Array.from({ length: 16 }, () => 15), 40];
  const samples = series('decided', null, 1_000, decided);
  expect(told(await alertsOf([rule('DecisionsStalled')], { samples }))).toEqual([
    ['DecisionsStalled', '', 4_400, 4_800],
  ]);
});

test('keys that are gone are seen against what was there', async () => {
  const samples = series('keys', 'redis', 1_000, [500, 500, 510, 0, 200, 300]);
  expect(told(await alertsOf([rule('KeysLost')], { samples }))).toEqual([['KeysLost', 'redis', 1_600, 2_000]]);
});

test('a shelf that shows less than nothing is told once, whichever product shows it', async () => {
  const samples = [sample('shelf', 'p', 1_000, 4), sample('shelf', 'q', 1_000, -1), sample('shelf', 'p', 1_200, -3)];
  const alerts = await alertsOf([rule('ShelfNegative')], { samples });
  expect(told(alerts)).toEqual([['ShelfNegative', '', 1_000, 3_700]]);
  expect(alerts.firings[0]?.worst).toBe(-3);
});

test('knows what it watched: a rule without samples is told apart from one that stayed quiet', async () => {
  const samples = series('up', 'kafka', 1_000, up('111'));
  const { firings, watched } = await alertsOf(alertRules, { samples });
  expect(firings).toEqual([]);
  expect(watched).toEqual(new Set(['StoreDown']));
});

test('the warm-up and the drain are not watched', async () => {
  const phases = [
    { name: 'warm-up', warmUp: true, startsAt: micros(0), endsAt: micros(5_000), arrivals: 1 },
    { name: 'steady', warmUp: false, startsAt: micros(5_000), endsAt: micros(60_000), arrivals: 1 },
  ];
  const samples = [...series('diskFree', 'kafka', 1_000, [0.1, 0.1]), ...series('diskFree', 'kafka', 60_000, [0.1])];
  expect(await alertsOf([rule('DiskSpaceLow')], { samples, phases })).toEqual({ firings: [], watched: new Set() });
});

/** A slow reference implementation: walks one subject's samples in time order, as monitoring would. */
function walked(
  samples: readonly { readonly at: number; readonly value: number }[],
  forMs: number,
): [number, number][] {
  const found: [number, number][] = [];
  let begun: number | undefined;
  let fires: number | undefined;
  for (const [index, { at, value }] of samples.entries()) {
    const previous = samples[index - 1];
    if (begun !== undefined && previous !== undefined && (value >= 1 || at - previous.at > 2_500)) {
      if (fires !== undefined) found.push([fires, Math.min(at, previous.at + 2_500)]);
      [begun, fires] = [undefined, undefined];
    }
    if (value < 1) {
      begun ??= at;
      if (at - begun >= forMs) fires ??= at;
    }
  }
  const last = samples.at(-1);
  if (fires !== undefined && last !== undefined) found.push([fires, last.at + 2_500]);
  return found;
}

test('agrees with a slow walk over any samples', { timeout: 120_000 }, async () => {
  const step = fc.record({
    after: fc.constantFrom(200, 200, 200, 1_000, 2_500, 2_600),
    value: fc.constantFrom(0, 0, 1),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), fc.constantFrom(0, 400, 1_000), async (steps, forMs) => {
      let at = 100;
      const values = steps.map(({ after, value }) => ({ at: (at += after), value }));
      const samples = values.map((one) => sample('up', 'kafka', one.at, one.value));
      const alerts = await alertsOf([{ ...rule('StoreDown'), forMs }], { samples });
      expect(told(alerts).map(([, , from, until]) => [from, until])).toEqual(walked(values, forMs));
    }),
    { numRuns: 40 },
  );
});

/** Every probe that some drill has; see harness/observe. */
const probes = new Set([
  'up',
  'lag',
  'decided',
  'memory',
  'roundTrip',
  'connections',
  'lockWaits',
  'keys',
  'diskFree',
  'poolWaiting',
  'poolUsed',
  'poolSize',
  'breakersOpen',
  'errors',
  'shelf',
]);

test('every rule can fire, and each has a name of its own', () => {
  expect(alertRules.flatMap((one) => ruleProblems(one, probes).map((problem) => `${one.name}: ${problem}`))).toEqual(
    [],
  );
  expect(new Set(alertRules.map(({ name }) => name)).size).toBe(alertRules.length);
});

test('a rule that could never fire is told, with what is wrong', () => {
  const broken: AlertRule = { ...rule('StoreDown'), name: 'store_down', probe: 'cpu', threshold: 0, forMs: 60_000 };
  expect(ruleProblems(broken, probes)).toEqual([
    'name: must be CamelCase, as in Prometheus: store_down',
    "probe: unknown probe 'cpu'",
    'threshold: no value is ever below 0',
    'forMs: must be 0 to 10000 (loads outlast that): 60000',
  ]);
  expect(ruleProblems({ ...rule('ConnectionsHigh'), threshold: 1 }, probes)).toEqual([
    'threshold: no value is ever above 1',
  ]);
  expect(ruleProblems({ ...rule('StoreDown'), aggregate: 'rate' }, probes)).toEqual([
    'windowMs: `rate` and `shareOfMost` need one, others take none',
  ]);
});

test('every fault is named by some rule, and every rule names faults that there are', () => {
  const named = new Set(alertRules.flatMap(({ causes }) => causes));
  expect([...faults.keys()].filter((type) => !named.has(type))).toEqual([]);
  expect([...named].filter((type) => !faults.has(type))).toEqual([]);
});
