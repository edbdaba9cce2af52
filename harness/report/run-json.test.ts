import { expect, test } from 'vitest';
import { examples, invariant, judgement, objective, phase } from './fixtures/judgement.ts';
import { record } from './fixtures/record.ts';
import { failingRun } from './fixtures/runs.ts';
import { runJson } from './run-json.ts';

const failing = failingRun();
const failed = runJson(failing.record, failing.judgement);

test('has the promised members under their promised names', () => {
  expect(Object.keys(failed)).toEqual([
    'schema',
    'run',
    'scenario',
    'target',
    'seed',
    'stack',
    'timeScale',
    'loadScale',
    'verdict',
    'objectives',
    'invariants',
    'generator',
    'phases',
    'faults',
    'impact',
    'timings',
    'notes',
    'clock',
    'command',
    'service',
    'budgets',
    'incidents',
    'alerts',
    'machine',
    'reached',
    'commit',
    'costs',
  ]);
  expect(failed.commit).toBe('3f2a1b9c0d120000000000000000000000000000-dirty');
  expect(Object.keys(failed.objectives[0] ?? {}).slice(0, 7)).toEqual([
    'name',
    'verdict',
    'observed',
    'threshold',
    'unit',
    'evidence',
    'during',
  ]);
  expect(Object.keys(failed.invariants[0] ?? {}).slice(0, 4)).toEqual(['name', 'verdict', 'violations', 'examples']);
  expect(Object.keys(failed.generator)).toEqual([
    'planned',
    'sent',
    'acked',
    'failed',
    'unsent',
    'sendErrorP99Ms',
    'sendErrorMaxMs',
    'cpuMicrosPerOp',
    'keptUp',
    'late',
  ]);
  expect(Object.keys(failed.phases[0] ?? {})).toEqual([
    'name',
    'plannedPerSecond',
    'sentPerSecond',
    'decidedPerSecond',
    'p50Ms',
    'p99Ms',
    'p999Ms',
    'byAnswer',
  ]);
  expect(failed.timings).toEqual({ stackUpMs: 6_420, drillMs: 94_800, judgeMs: 1_840 });
});

test('carries values, the stack as its kind and the impact by name', () => {
  expect(failed).toMatchObject({
    schema: 1,
    scenario: 'big-billion-day',
    target: 'inventory/legacy-batch',
    seed: 20_261_009,
    stack: 'local',
    verdict: 'fail',
    impact: { oversoldUnits: 48_211, oversoldPaise: 7_84_31_20_500 },
  });
});

test('keeps ten examples and the number of all violations', () => {
  const run = runJson(
    record('t'),
    judgement({ invariants: [invariant('i', { verdict: 'fail', violations: 31, examples: examples(11, String) })] }),
  );
  expect(run.invariants[0]?.violations).toBe(31);
  expect(run.invariants[0]?.examples.map(({ detail }) => detail)).toEqual(
    Array.from({ length: 10 }, (_, n) => String(n)),
  );
});

test('has a null where a number is not finite, at any depth', () => {
  const run = runJson(
    record('t'),
    judgement({
      objectives: [objective({ observed: Infinity })],
      phases: [{ ...phase('p', 1, 1, NaN), byAnswer: { sold_out: { count: 1, p50Ms: -Infinity, p99Ms: 3 } } }],
      clock: { agrees: false, worstOffsetMs: Infinity },
    }),
  );
  expect(run.objectives[0]?.observed).toBeNull();
  expect(run.phases[0]).toMatchObject({ p50Ms: null, p99Ms: null, byAnswer: { sold_out: { p50Ms: null, p99Ms: 3 } } });
  expect(run.clock.worstOffsetMs).toBeNull();
});
