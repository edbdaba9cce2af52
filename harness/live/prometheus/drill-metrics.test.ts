import { expect, test } from 'vitest';
import { compileLoad } from '../../load/load-curve.ts';
import { steady, surge, warmUp } from '../../scenario/scenario.ts';
import type { TargetInstance } from '../../target/processes.ts';
import type { LiveSample } from '../live-sample.ts';
import { DrillMetrics } from './drill-metrics.ts';
import { kindOf } from './exposed.ts';

const worker = (name: string, port: number) =>
  ({ name, port, spec: { name, memoryLimitMiB: 320 } }) as unknown as TargetInstance;
const drill = (target = 'inventory/streaming') => ({
  plan: { run: 'smoke-1', scenario: { name: 'smoke', mix: { cancellation: 0.5 } }, target: { name: target } },
  curve: compileLoad(
    [
      warmUp({ perSecond: 10, for: '2s' }),
      steady({ perSecond: 20, for: '2s' }),
      surge({ to: 40, within: '1s', hold: '1s' }),
    ],
    1,
  ),
  surgeSample: [{ amountPaise: 10_000 }, { amountPaise: 30_000 }],
  processes: { instances: [worker('worker-0', 11_000), worker('worker-1', 11_001)] },
});
const live: LiveSample = {
  elapsedMs: 3_000,
  phase: 'steady',
  plannedPerSecond: 20,
  sentPerSecond: null,
  decidedPerSecond: 19,
  lagMessages: 7,
  lagSeconds: 0.25,
  p99Ms: 120,
  servedShare: 0.75,
  wanted: [],
  remainingMs: 3_000,
  news: [],
};

/** Metrics on a fake clock; `lines` are those that are no comment. */
function metered(begun = true) {
  const clock = { ms: 1_000_000 };
  const metrics = new DrillMetrics(() => clock.ms);
  if (begun) metrics.begin(drill());
  const sample = (probe: string, subject: string | null, value: number) =>
    metrics.samples([{ at: clock.ms * 1000, began_at: clock.ms * 1000, probe, subject, value, unit: '' }]);
  const lines = async (name: string) => (await metrics.text()).split('\n').filter((line) => line.startsWith(name));
  return { clock, metrics, sample, lines };
}

test('tells nothing before a drill, not even a zero', async () => {
  const { lines } = metered(false);
  expect(await lines('toofan_')).toEqual([]);
});

test('tells which drill is on, and what its plan holds', async () => {
  const { lines, metrics } = metered();
  expect(await lines('toofan_drill_info')).toEqual([
    'toofan_drill_info{scenario="smoke",target="inventory/streaming",run="smoke-1"} 1',
  ]);
  expect(await lines('toofan_memory_limit_bytes')).toEqual(['toofan_memory_limit_bytes 335544320']);
  // The surge phase: 30 arrivals while it rises and 40 while it holds, in two seconds; half as many companions on top.
  expect(await lines('toofan_peak')).toEqual(['toofan_peak_operations_per_second 52.5']);
  expect(metrics.pipelineTargets()).toEqual([
    { targets: ['127.0.0.1:11000'], labels: { process: 'worker-0' } },
    { targets: ['127.0.0.1:11001'], labels: { process: 'worker-1' } },
  ]);
});

test('tells what the live view is told, in base units, and leaves out what is not known', async () => {
  const { lines, metrics } = metered();
  metrics.live(live);
  expect(await lines('toofan_phase')).toEqual(['toofan_phase{phase="steady"} 1']);
  expect(await lines('toofan_planned_per_second')).toEqual(['toofan_planned_per_second 20']);
  expect(await lines('toofan_sent_per_second')).toEqual([]);
  expect(await lines('toofan_lag_seconds')).toEqual(['toofan_lag_seconds 0.25']);
  expect(await lines('toofan_decision_latency_p99_seconds')).toEqual(['toofan_decision_latency_p99_seconds 0.12']);
});

test('counts what was planned, and apart what is due, from zero to the end of the load', async () => {
  const { lines, metrics } = metered();
  const totals = async () => [...(await lines('toofan_planned_operations_total')), ...(await lines('toofan_due'))];
  expect(await totals()).toEqual(['toofan_planned_operations_total 0', 'toofan_due_operations_total 0']);
  expect(await lines('toofan_decided_operations_total')).toEqual(['toofan_decided_operations_total 0']);
  metrics.live({ ...live, elapsedMs: 2_000 });
  expect(await totals()).toEqual(['toofan_planned_operations_total 30', 'toofan_due_operations_total 0']);
  // 2 s at 10 and 2 s at 20, of which the first second is due; and half as many companions.
  metrics.live({ ...live, elapsedMs: 4_000 });
  expect(await totals()).toEqual(['toofan_planned_operations_total 90', 'toofan_due_operations_total 15']);
  metrics.live({ ...live, elapsedMs: 60_000 });
  expect(await totals()).toEqual(['toofan_planned_operations_total 195', 'toofan_due_operations_total 195']);
});

test('tells the amounts that are planned, and those that nobody has decided although they are due', async () => {
  const { lines, metrics, sample, clock } = metered();
  metrics.live({ ...live, elapsedMs: 4_000, plannedPerSecond: 20 });
  expect(await lines('toofan_planned_paise')).toEqual(['toofan_planned_paise_per_second 400000']);
  expect(await lines('toofan_served_ratio')).toEqual(['toofan_served_ratio 0.75']);
  // Ten orders and five companions are due.
  sample('decided', null, 6);
  expect(await lines('toofan_overdue')).toEqual(['toofan_overdue_paise 120000']);
  sample('decided', null, 40);
  expect(await lines('toofan_overdue')).toEqual(['toofan_overdue_paise 0']);
  // The broker does not answer for a long time: nobody knows more than what was decided by then.
  clock.ms += 10_000;
  metrics.live({ ...live, elapsedMs: 60_000, servedShare: null });
  expect(await lines('toofan_decided_operations')).toEqual([]);
  expect(await lines('toofan_overdue')).toEqual([`toofan_overdue_paise ${((195 - 40) / 1.5) * 20_000}`]);
  expect(await lines('toofan_served_ratio')).toEqual([]);
});

test('tells the last sample of each subject, converted, and of a counter its whole', async () => {
  const { lines, sample } = metered();
  sample('memory', 'worker-0', 1);
  sample('memory', 'worker-0', 2);
  sample('memory', 'worker-1', 3);
  sample('decided', null, 500);
  sample('decided', null, 700);
  sample('nobody-knows-it', null, 1);
  expect(await lines('toofan_memory_bytes')).toEqual([
    'toofan_memory_bytes{subject="worker-0"} 2097152',
    'toofan_memory_bytes{subject="worker-1"} 3145728',
  ]);
  expect(await lines('toofan_decided_operations_total')).toEqual(['toofan_decided_operations_total 700']);
  expect(await lines('toofan_decided_operations_total')).toEqual(['toofan_decided_operations_total 700']);
});

test('tells of thousands of products the lowest of a batch alone', async () => {
  const { lines, metrics, clock } = metered();
  const row = (subject: string, value: number) => ({
    at: clock.ms * 1000,
    began_at: 0,
    probe: 'shelf',
    subject,
    value,
    unit: '',
  });
  metrics.samples([row('a', -5)]);
  metrics.samples([row('a', 4), row('b', -2), row('c', 9)]);
  expect(await lines('toofan_shelf')).toEqual(['toofan_shelf_lowest_units -2']);
});

test('tells a process, a store and a dependency apart, as the alert rules do', async () => {
  const { lines, sample } = metered();
  sample('memory', 'worker-0', 1);
  for (const subject of ['worker-0', 'postgres:main', 'recommendations-0']) sample('up', subject, 1);
  expect(await lines('toofan_up')).toEqual([
    'toofan_up{subject="worker-0",kind="process"} 1',
    'toofan_up{subject="postgres:main",kind="store"} 1',
    'toofan_up{subject="recommendations-0",kind="dependency"} 1',
  ]);
  expect(kindOf('kafka-exporter', false)).toBe('dependency');
});

test('leaves a gap where nothing was seen for long, and still knows a dead process for one', async () => {
  const { lines, sample, clock, metrics } = metered();
  sample('memory', 'worker-0', 1);
  metrics.live(live);
  clock.ms += 6_001;
  sample('up', 'worker-0', 0);
  expect(await lines('toofan_memory_bytes')).toEqual([]);
  expect(await lines('toofan_lag_seconds')).toEqual([]);
  expect(await lines('toofan_up')).toEqual(['toofan_up{subject="worker-0",kind="process"} 0']);
});

test('counts a fault as held from its command to its healing, each of several of one name', async () => {
  const { lines, metrics } = metered();
  const told = (stage: string, kind = 'fault') => metrics.event({ kind, name: 'store-freeze', stage });
  told('commanded', 'action');
  expect(await lines('toofan_faults_held')).toEqual([]);
  for (const stage of ['commanded', 'verified', 'commanded', 'healed']) told(stage);
  expect(await lines('toofan_faults_held')).toEqual(['toofan_faults_held{fault="store-freeze"} 1']);
  told('healed');
  expect(await lines('toofan_faults_held')).toEqual(['toofan_faults_held{fault="store-freeze"} 0']);
});

test('forgets one drill when the next begins', async () => {
  const { lines, sample, metrics } = metered();
  sample('lag', 'inventory', 12);
  metrics.live(live);
  metrics.event({ kind: 'fault', name: 'store-kill', stage: 'commanded' });
  metrics.begin(drill('inventory/legacy-batch'));
  expect(await lines('toofan_lag')).toEqual([]);
  expect(await lines('toofan_faults_held')).toEqual([]);
  expect((await lines('toofan_drill_info'))[0]).toContain('target="inventory/legacy-batch"');
});
