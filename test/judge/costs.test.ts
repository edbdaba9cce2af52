import { expect, test } from 'vitest';
import { micros, type SmallHistory, type SmallOp } from './a-history.ts';
import { judged } from './judged.ts';
import { sample } from './samples.ts';

/** Ten orders in a second. */
const ops = Array.from({ length: 10 }, (_, index): SmallOp => ({
  op: index + 1,
  at: index * 100,
  answers: [['confirmed', index * 100 + 20]],
}));
/** What a process has used at 0, 500 and 1,000 ms. */
const cpu = (subject: string, used: readonly number[]) =>
  used.map((ms, index) => sample('cpu', subject, index * 500, ms));
const ownCpu = (cores: number) =>
  [0, 500].map((from) => ({ ...sample('machine', 'own-cpu', from + 500, cores), began_at: micros(from) }));
const calls = (subject: string, before: number, after: number) => [
  sample('calls', subject, -100, before),
  sample('calls', subject, 1_500, after),
];
const samples = [
  ...cpu('worker-0', [70, 80, 100]),
  ...cpu('toofan', [900, 910, 930]),
  ...cpu('toofan-generator-0', [200, 220, 240]),
  ...ownCpu(0.5),
];
const costsOf = async (more: SmallHistory['samples'] = [], small: Partial<SmallHistory> = {}) =>
  (
    await judged({
      opening: { p: 100 },
      ops,
      memoryLimits: { 'worker-0': null },
      samples: [...samples, ...more],
      ...small,
    })
  ).costs;

test('CPU is by operation: the pipeline’s own, and of the stores what is left of the drill’s', async () => {
  expect(await costsOf()).toMatchObject({
    // 30 ms of 10 operations.
    pipelineCpuMicrosPerOp: expect.closeTo(3_000, 6),
    // Half a core for a second, less 30 of the pipeline, 30 of the harness and 40 of its generator.
    storeCpuMicrosPerOp: expect.closeTo(40_000, 6),
  });
});

test('a process that was started again counts from zero', async () => {
  const restarted = samples.map((one) =>
    one.subject === 'worker-0' && one.at === micros(1_000) ? { ...one, value: 5 } : one,
  );
  expect((await costsOf([], { samples: restarted })).pipelineCpuMicrosPerOp).toBeCloseTo(1_500, 6);
});

test('calls and retries are what the counts grew by', async () => {
  const retries = [sample('retries', 'worker-0', 0, 4), sample('retries', 'worker-0', 1_000, 7)];
  const more = [...calls('postgres:main', 1_000, 1_020), ...calls('redis', 50, 60), ...retries];
  expect(await costsOf(more)).toMatchObject({ storeCallsPerOp: 3, retriesPerOp: 0.3 });
});

test('calls of a store that was restarted are not known', async () => {
  expect((await costsOf(calls('postgres:main', 1_000, 20))).storeCallsPerOp).toBe(null);
});

test('what was not sampled is null', async () => {
  expect(await costsOf([], { samples: [] })).toMatchObject({
    pipelineCpuMicrosPerOp: null,
    storeCpuMicrosPerOp: null,
    storeCallsPerOp: null,
    retriesPerOp: null,
  });
  const withoutGenerator = samples.filter(({ subject }) => subject !== 'toofan-generator-0');
  expect((await costsOf([], { samples: withoutGenerator })).storeCpuMicrosPerOp).toBe(null);
});
