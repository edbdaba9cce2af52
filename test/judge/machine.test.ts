import { describe, expect, test } from 'vitest';

import {
  consumerLag,
  decided,
  decisionLatency,
  drained,
  goodput,
  recovered,
  settled,
  shedShare,
  succeeded,
} from '../../harness/judge/objectives/index.ts';
import { exitCodeOf } from '../../harness/judge/verdict.ts';
import type { DrillRecord } from '../../harness/history/drill-record.ts';
import { micros, type SmallHistory, type SmallOp } from './a-history.ts';
import { payment, wallet } from './a-wallet.ts';
import { judged, objectiveOf } from './judged.ts';
import { sample } from './samples.ts';

/** Seconds of the small history's load, all judged. */
const seconds = 60;
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

/** Five samples per second in some seconds; `foreign-cpu` of 0 in all others, so that they count as sampled. */
const looks = (subject: string, inSeconds: readonly number[], value: number) =>
  inSeconds.flatMap((second) => range(0, 5).map((look) => sampleOf(subject, second * 1_000 + look * 200, value)));
const sampleOf = (subject: string, at: number, value: number, tookMs = 200) => ({
  ...sample('machine', subject, at + tookMs - 1, value),
  began_at: micros(at),
});
const quiet = (inSeconds = range(0, seconds)) => looks('foreign-cpu', inSeconds, 0.02);
const busy = (inSeconds: readonly number[], cores = 0.9) => [
  ...quiet(range(0, seconds).filter((second) => !inSeconds.includes(second))),
  ...looks('foreign-cpu', inSeconds, cores),
];

/** Ten orders per second, decided after 20 ms, or after `slowMs` in slow seconds. */
const ordersOf = (slow: readonly number[], slowMs = 900): SmallOp[] =>
  range(0, seconds * 10).map((index) => {
    const at = index * 100;
    const took = slow.includes(Math.floor(at / 1_000)) ? slowMs : 20;
    return { op: index + 1, at, answers: [['confirmed', at + took]] };
  });
const p90 = decisionLatency({ quantile: 0.9, below: '500ms', minimumEvidence: 100 });
const latencyOf = (slow: readonly number[], samples: SmallHistory['samples'], more: Partial<SmallHistory> = {}) =>
  objectiveOf(p90, { ops: ordersOf(slow), samples: samples ?? [], ...more });

const answerOf = (op: number, wrong: boolean) =>
  op === 201 ? 'failed' : wrong && op % 10 === 0 ? 'declined' : 'success';
const paid = (wrong: boolean) =>
  wallet(
    range(0, seconds * 10).map((index) => {
      const [op, at] = [index + 1, index * 100];
      return payment(op, undefined, undefined, { at, answers: [[answerOf(op, wrong), at + 20]] });
    }),
    { opening: { u1: 1_000_000, m1: 0 }, samples: busy(range(20, 23)) },
  );
test('payments that were denied wrongly stand, though others took the seconds in which one failed', async () => {
  const spec = { ...succeeded({ atLeast: 0.95 }), minimumEvidence: 100 };
  expect(await objectiveOf(spec, paid(true))).toMatchObject({ verdict: 'fail' });
  expect(await objectiveOf(spec, paid(false))).toMatchObject({ verdict: 'pass' });
});

describe('a latency that was missed', () => {
  test('while a foreign process was busy is inconclusive, and says who, how much and when', async () => {
    const named = range(20, 34).map((second) => ({
      ...sample('foreign', 'stress (4711)', second * 1_000 + 500, 0.9),
      unit: 'cores',
    }));
    const found = await latencyOf(range(20, 40), [...busy(range(20, 34)), ...named]);
    expect(found.verdict).toBe('inconclusive');
    expect(found.detail).toBe(
      'foreign processes used 0.9 of 2 cores in 14 of the 20 bad seconds, and 6 more drained their backlog, most of it stress (4711)',
    );
  });
  test('while the drill’s own processes used as much stands: hunger is no excuse', async () => {
    const own = [...quiet(), ...looks('own-cpu', range(20, 40), 1.9), ...looks('pressure-cpu', range(20, 40), 0.8)];
    expect(await latencyOf(range(20, 40), own)).toMatchObject({ verdict: 'fail', detail: '' });
  });
  test('on a quiet machine stands, and the verdict says that it was quiet', async () => {
    const slow = await judged({ ops: ordersOf(range(20, 40)), samples: quiet(), objectives: [p90] });
    expect(slow).toMatchObject({ verdict: 'fail', machine: { quiet: true, note: 'The machine was quiet' } });
    expect(slow.machine.foreignCpuShare).toBeCloseTo(0.01);
    expect(exitCodeOf(slow)).toBe(10);
  });
  test('for twenty seconds stands beside a second that was taken', async () => {
    for (const blip of [[20], [30], [39], [50]])
      expect(await latencyOf(range(20, 40), busy(blip))).toMatchObject({ verdict: 'fail' });
  });
  test('by so little that without the seconds that were taken it is met is inconclusive', async () => {
    // 5 quiet bad seconds of 60 are within the tenth that p90 allows; with 3 taken ones they are not.
    const slow = [...range(10, 15), ...range(40, 43)];
    expect(await latencyOf(slow, quiet())).toMatchObject({ verdict: 'fail' });
    expect(await latencyOf(slow, busy(range(40, 43)))).toMatchObject({ verdict: 'inconclusive' });
  });
  test('is met all the same on a busy machine', async () => {
    expect(await latencyOf([], busy(range(0, seconds)))).toMatchObject({ verdict: 'pass', detail: '' });
  });
  test('in a history that nobody watched stands, and it is said that nobody did', async () => {
    const unwatched = await judged({ ops: ordersOf(range(20, 40)), objectives: [p90] });
    expect(unwatched.verdict).toBe('fail');
    expect(unwatched.machine).toEqual({
      quiet: false,
      foreignCpuShare: null,
      stealShare: null,
      ioPressureShare: null,
      stoodStillMs: 0,
      note: 'The machine was not watched: the history has no samples of it',
    });
  });
  test('is excused by nothing that comes long before or after', async () => {
    expect(await latencyOf(range(20, 40), busy([...range(0, 19), ...range(45, 60)]))).toMatchObject({
      verdict: 'fail',
    });
  });
  test.each([
    ['steal', 0.6, 'the hypervisor took 0.6 of 2 cores in 20 of the 20 bad seconds'],
    ['throttled', 0.4, 'a CPU quota held the drill back for 40 % of the time in 20 of the 20 bad seconds'],
    ['swap', 12, 'memory was short (12 MiB/s swapped, tasks waited 0 % of the time) in 20 of the 20 bad seconds'],
    ['pressure-memory', 0.3, 'memory was short (0 MiB/s swapped, tasks waited 30 % of the time) in 20 of the 20'],
    ['fsync', 412, "an fsync took up to 412 ms, not caused by the drill's own writes in 20 of the 20 bad seconds"],
  ])('by %s is inconclusive', async (subject, value, detail) => {
    const found = await latencyOf(range(20, 40), [...quiet(), ...looks(subject, range(20, 40), value)]);
    expect(found.verdict).toBe('inconclusive');
    expect(found.detail).toContain(detail);
  });
  test.each([
    ['steal', 0.1],
    ['throttled', 0.02],
    ['fsync', 30],
    ['pressure-io', 0.6],
    ['pressure-memory', 0.01],
    ['foreign-cpu', 0.1],
  ])('beside a little %s stands', async (subject, value) => {
    const found = await latencyOf(range(20, 40), [...quiet(), ...looks(subject, range(20, 40), value)]);
    expect(found).toMatchObject({ verdict: 'fail' });
  });
  test('by an fsync that the drill’s own writing made slow stands', async () => {
    const slow = [...quiet(), ...looks('fsync', range(20, 40), 412)];
    const own = [...slow, ...looks('written', range(20, 40), 90), ...looks('own-written', range(20, 40), 80)];
    expect(await latencyOf(range(20, 40), own)).toMatchObject({ verdict: 'fail' });
    const others = [...slow, ...looks('written', range(20, 40), 90), ...looks('own-written', range(20, 40), 30)];
    expect(await latencyOf(range(20, 40), others)).toMatchObject({ verdict: 'inconclusive' });
    const hardly = [...slow, ...looks('written', range(20, 40), 3), ...looks('own-written', range(20, 40), 3)];
    expect(await latencyOf(range(20, 40), hardly)).toMatchObject({ verdict: 'inconclusive' });
  });
  test('by an fsync that waited for the CPU and not for a disk stands', async () => {
    const slow = [...quiet(), ...looks('fsync', range(20, 40), 412)];
    const ofCpu = [...slow, ...looks('pressure-io', range(20, 40), 0.02)];
    expect(await latencyOf(range(20, 40), ofCpu)).toMatchObject({ verdict: 'fail' });
    const ofDisk = [...slow, ...looks('pressure-io', range(20, 40), 0.6)];
    expect(await latencyOf(range(20, 40), ofDisk)).toMatchObject({ verdict: 'inconclusive' });
  });
  test('takes no number that is none for evidence', async () => {
    const odd = looks('foreign-cpu', range(20, 40), Infinity);
    expect(await latencyOf(range(20, 40), [...quiet(), ...odd])).toMatchObject({ verdict: 'fail' });
  });
});

describe('other objectives of time on a busy machine', () => {
  /** A backlog that takes 12 s to process after the load became slow. */
  const stalled: SmallHistory = {
    ops: ordersOf([]).map((one) => {
      const at = Number(one.at);
      return at < 20_000 || at >= 32_000 ? one : { ...one, answers: [['confirmed', 32_500]] as const };
    }),
  };
  const objectives = [
    consumerLag({ below: '2s', minimumEvidence: 1 }),
    goodput({ atLeast: 0.95, minimumEvidence: 1 }),
    recovered({ within: '5s' }),
  ];
  const faults = [{ name: 'worker-crash', commandedAt: micros(20_000), verified: true, healed: true, detail: '' }];
  test('lag, goodput and recovery are inconclusive where others took the seconds, and fail where nobody did', async () => {
    const taken = await judged({ ...stalled, faults, objectives, samples: busy(range(20, 32)) });
    expect(taken.objectives.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['consumer-lag', 'inconclusive'],
      ['goodput', 'inconclusive'],
      ['recovered', 'inconclusive'],
    ]);
    expect(exitCodeOf(taken)).toBe(12);
    const ours = await judged({ ...stalled, faults, objectives, samples: quiet() });
    expect(ours.objectives.map(({ verdict }) => verdict)).toEqual(['fail', 'fail', 'fail']);
  });
  test('a drain is excused by what took the time of the drain', async () => {
    const spec = drained({ within: '5s' });
    const small = { ops: ordersOf([]), drainedAt: 72_000 };
    const after = [...quiet(), ...looks('foreign-cpu', range(60, 72), 1.5)];
    expect(await objectiveOf(spec, { ...small, samples: after })).toMatchObject({ verdict: 'inconclusive' });
    const all = [...quiet(), ...looks('foreign-cpu', range(60, 72), 0)];
    expect(await objectiveOf(spec, { ...small, samples: all })).toMatchObject({ verdict: 'fail' });
  });
  test('what a drained pipeline never decided or settled is lost, not late', async () => {
    const ops: SmallOp[] = ordersOf([]).map((one, index) => (index % 2 === 0 ? one : { op: one.op, at: one.at }));
    const spec = decided({ atLeast: 0.9, minimumEvidence: 1 });
    const small = { ops, opening: { p: 999 }, samples: busy(range(0, seconds)) };
    expect(await objectiveOf(spec, small)).toMatchObject({ verdict: 'fail' });
    const open = ops.map((one) => (one.answers === undefined ? { ...one, consumed: false } : one));
    expect(await objectiveOf(spec, { ...small, ops: open })).toMatchObject({ verdict: 'inconclusive' });
    const unsettled = ordersOf([]).map((one) => ({ ...one, effects: [] }));
    const never = settled({ within: '1s', quantile: 0.9, minimumEvidence: 1 });
    expect(await objectiveOf(never, { ...small, ops: unsettled })).toMatchObject({ verdict: 'fail' });
  });
  test('what never came into the log while others held up the broker is late, and lost nothing', async () => {
    const ops = ordersOf([]).map((one): SmallOp => {
      const isKept = Number(one.at) >= 20_000 && Number(one.at) < 30_000;
      return isKept ? { op: one.op, at: one.at, absent: true, outcome: 'failed' } : one;
    });
    const spec = decided({ atLeast: 0.9, minimumEvidence: 1 });
    expect(await objectiveOf(spec, { ops, samples: busy(range(20, 30)) })).toMatchObject({ verdict: 'inconclusive' });
    expect(await objectiveOf(spec, { ops, samples: quiet() })).toMatchObject({ verdict: 'fail' });
  });
  test('goodput that wrong answers alone miss is not excused', async () => {
    // Refused as sold out while nothing else is ever bought.
    const ops = ordersOf([]).map((one, index): SmallOp => {
      const at = Number(one.at);
      return index % 2 === 0 ? { ...one, answers: [['sold_out', at + 20]] } : one;
    });
    const small = { ops, opening: { p: 9_999 }, samples: busy(range(0, seconds)) };
    expect(await objectiveOf(goodput({ atLeast: 0.9, minimumEvidence: 1 }), small)).toMatchObject({ verdict: 'fail' });
  });
  test('orders that were shed because others took the machine are not the pipeline’s', async () => {
    const ops = ordersOf([]).map((one): SmallOp => {
      const at = Number(one.at);
      return at >= 20_000 && at < 40_000 ? { ...one, answers: [['shed', at + 5]] } : one;
    });
    const spec = shedShare({ below: 0.1, minimumEvidence: 1 });
    expect(await objectiveOf(spec, { ops, samples: busy(range(20, 40)) })).toMatchObject({ verdict: 'inconclusive' });
    expect(await objectiveOf(spec, { ops, samples: quiet() })).toMatchObject({ verdict: 'fail' });
  });
});

test('an invariant’s counterexample stands on any machine', async () => {
  const lost: SmallOp = { op: 9_999, at: 25_000 };
  const judgement = await judged({
    ops: [...ordersOf(range(20, 40)), lost],
    samples: busy(range(0, seconds), 1.9),
    objectives: [p90],
    invariants: ['no-lost-order'],
  });
  expect(judgement.objectives[0]).toMatchObject({ verdict: 'inconclusive' });
  expect(judgement.verdict).toBe('fail');
  expect(exitCodeOf(judgement)).toBe(11);
});

const still = (second: number, ms: number) => sampleOf('stood-still', second * 1_000, ms, ms);

describe('a harness that stood still', () => {
  test('keeps the drill from passing and says for how long', async () => {
    const judgement = await judged({ ops: ordersOf([]), samples: [...quiet(), still(20, 8_000)], objectives: [p90] });
    expect(judgement).toMatchObject({ verdict: 'inconclusive', machine: { quiet: false, stoodStillMs: 8_000 } });
    expect(judgement.notes).toContain(
      'The harness stalled for 8.0 s from +20 s (stopped, suspended or starved): nothing was watched meanwhile',
    );
  });
  test('for the blink of an eye does not', async () => {
    const judgement = await judged({ ops: ordersOf([]), samples: [...quiet(), still(20, 400)], objectives: [p90] });
    expect(judgement).toMatchObject({ verdict: 'pass', machine: { quiet: true, stoodStillMs: 0 } });
  });
  test('because the drill’s own processes left it nothing excuses nothing, and is a doubt', async () => {
    const starved = [...quiet(), ...looks('own-cpu', range(20, 28), 1.9), still(20, 8_000)];
    const judgement = await judged({ ops: ordersOf(range(20, 28)), samples: starved, objectives: [p90] });
    expect(judgement.objectives[0]?.verdict).toBe('fail');
    expect((await judged({ ops: ordersOf([]), samples: starved, objectives: [p90] })).verdict).toBe('inconclusive');
  });
  test('excuses what was missed meanwhile', async () => {
    const found = await latencyOf(range(20, 28), [...quiet(), still(20, 8_000)]);
    expect(found).toMatchObject({ verdict: 'inconclusive' });
    expect(found.detail).toContain('the harness stalled for up to 8.0 s in 8 of the 8 bad seconds');
  });
});

test('a step of the clock is a doubt of the whole drill, and of every time after it', async () => {
  const stepped = [...quiet(), sampleOf('clock-step', 20_000, -2_000)];
  const judgement = await judged({ ops: ordersOf(range(25, 45)), samples: stepped, objectives: [p90] });
  expect(judgement.verdict).toBe('inconclusive');
  expect(judgement.objectives[0]?.detail).toBe('the clock was stepped by 2000 ms in 20 of the 20 bad seconds');
  expect(judgement.notes).toContain(
    'The clock was stepped by 2000 ms at +20 s: times before and after cannot be compared',
  );
  const before = await judged({ ops: ordersOf(range(0, 15)), samples: stepped, objectives: [p90] });
  expect(before.verdict).toBe('fail');
});

describe('a machine that bounds were not set for', () => {
  const theirs = { coreMs: 100, pairMs: 110, fsyncMs: 2 };
  /** CPU of the drill's own processes while the orders were late, cores; null if not sampled. */
  const full = 1.7;
  const on = async (
    calibration: DrillRecord['machine']['calibration'],
    { loadScale = 1, ownCores = full }: { readonly loadScale?: number; readonly ownCores?: number | null } = {},
  ) => {
    const plain = { cpus: 2, memoryMiB: 1, platform: 'linux', node: 'v24' };
    const scenario = { name: 'small', summary: '', domain: 'inventory', target: 'small', timeScale: 1, world: {} };
    const rest = { load: [], mix: {}, faults: [], invariants: [], drainDeadline: '10s', sources: [] } as const;
    return await judged({
      ops: ordersOf(range(20, 40)),
      samples: [
        ...quiet(),
        ...(ownCores === null
          ? []
          : range(0, seconds).flatMap((second) =>
              looks('own-cpu', [second], second >= 20 && second < 40 ? ownCores : 0.5),
            )),
      ],
      drill: {
        loadScale,
        machine: { ...plain, ...(calibration === undefined ? {} : { calibration }) },
        scenario: { ...scenario, ...rest, objectives: [p90], boundsFor: theirs },
      },
    });
  };
  const found = async (...by: Parameters<typeof on>) => (await on(...by)).objectives[0];

  test('by its slowness makes a missed bound inconclusive and says what to try', async () => {
    expect(await found({ coreMs: 167, pairMs: 170, fsyncMs: 2 })).toMatchObject({
      verdict: 'inconclusive',
      detail: 'this machine is 0.6x as fast as the one these bounds are for; try --load-scale 0.5',
    });
    // Two cores that are really one.
    expect((await found({ coreMs: 100, pairMs: 200, fsyncMs: 2 }))?.detail).toContain('0.6x');
    expect((await found({ coreMs: 100, pairMs: 110, fsyncMs: 20 }))?.detail).toContain('an fsync takes 20.0 ms');
  });
  test('by as much as measurements differ, or where nobody measured, does not', async () => {
    expect(await found({ coreMs: 112, pairMs: 120, fsyncMs: 5 })).toMatchObject({ verdict: 'fail' });
    expect(await found(null)).toMatchObject({ verdict: 'fail' });
    expect(await found(undefined)).toMatchObject({ verdict: 'fail' });
  });
  test('and at the load that it can bear is judged like any other', async () => {
    expect(await found({ coreMs: 167, pairMs: 170, fsyncMs: 2 }, { loadScale: 0.5 })).toMatchObject({
      verdict: 'fail',
    });
  });
  test('is no excuse of a target that waits with cores to spare, unless what was missed is met there', async () => {
    // 900 ms of 500: at 0.6x they would be 540, at 0.5x 450.
    expect(await found({ coreMs: 167, pairMs: 170, fsyncMs: 2 }, { ownCores: 1 })).toMatchObject({ verdict: 'fail' });
    expect((await found({ coreMs: 200, pairMs: 220, fsyncMs: 2 }, { ownCores: 1 }))?.detail).toContain('0.5x');
    expect((await found({ coreMs: 167, pairMs: 170, fsyncMs: 2 }, { ownCores: null }))?.detail).toContain('0.6x');
  });
});

const during = (phase?: string) =>
  decisionLatency({
    quantile: 0.99,
    below: '500ms',
    minimumEvidence: 10,
    ...(phase === undefined ? {} : { during: phase }),
  });

describe('a generator that was late in one phase', () => {
  const phases = [
    { name: 'steady', warmUp: false, startsAt: micros(0), endsAt: micros(50_000), arrivals: 5_000 },
    { name: 'spike', warmUp: false, startsAt: micros(50_000), endsAt: micros(seconds * 1_000), arrivals: 40 },
  ];
  /** 5,000 orders handed over on time and 40 late ones in the spike; those of the given phases are decided 900 ms after that. */
  const late = (slow: readonly string[], lateMs = 400) => {
    const ops = range(0, 5_040).map((index): SmallOp => {
      const phase = index < 5_000 ? 'steady' : 'spike';
      const at = phase === 'steady' ? index * 10 : 50_000 + (index - 5_000) * 200;
      return { op: index + 1, at, phase, answers: [['confirmed', at + (slow.includes(phase) ? 900 : 20)]] };
    });
    const handedOver = { spike: lateMs, steady: 0 };
    return { ops, phases, samples: quiet(), sentLateMs: ({ phase }: SmallOp) => handedOver[phase as 'spike'] };
  };

  test('fell behind there, however long the others are, and keeps the drill from passing', async () => {
    const judgement = await judged({ ...late([]), objectives: [during('steady')] });
    expect(judgement.generator).toMatchObject({
      keptUp: false,
      sendErrorP99Ms: 0,
      late: [{ phase: 'spike', sendErrorP99Ms: 400, unsent: 0 }],
    });
    expect(judgement.notes).toContain('The generator fell behind in spike: send delay p99 400.0 ms, above 200 ms');
    expect(judgement.verdict).toBe('inconclusive');
    expect(judgement.objectives[0]?.verdict).toBe('pass');
  });
  test('excuses what was missed there, and nothing of another phase', async () => {
    const inSpike = await judged({ ...late(['spike']), objectives: [during('spike'), during('steady')] });
    expect(inSpike.objectives.map(({ verdict }) => verdict)).toEqual(['inconclusive', 'pass']);
    expect(inSpike.objectives[0]?.detail).toBe('missed, but the generator fell behind in spike');
    const inBoth = await judged({
      ...late(['spike', 'steady']),
      objectives: [during('spike'), during('steady'), during()],
    });
    expect(inBoth.objectives.map(({ verdict }) => verdict)).toEqual(['inconclusive', 'fail', 'fail']);
  });
  test('of an arrival that was never sent tells in which phase it was to be', async () => {
    const { ops, ...rest } = late(['spike'], 0);
    const unsent = { ops: ops.slice(0, -1), generator: { unsent: 1 }, objectives: [during('spike'), during('steady')] };
    const judgement = await judged({ ...rest, ...unsent });
    expect(judgement.generator.late).toEqual([{ phase: 'spike', sendErrorP99Ms: 0, unsent: 1 }]);
    expect(judgement.objectives.map(({ verdict }) => verdict)).toEqual(['inconclusive', 'pass']);
  });
});

const tookEach = (took: number): SmallHistory => ({
  ops: range(0, 100).map((index) => ({ op: index + 1, at: index * 10, answers: [['confirmed', index * 10 + took]] })),
  sentLateMs: 100,
});

describe('what was handed over a little late', () => {
  const below = decisionLatency({ quantile: 0.9, below: '150ms', minimumEvidence: 10 });

  test('excuses what counts from the planned time, where from the hand-over it is met', async () => {
    expect(await objectiveOf(below, tookEach(80))).toMatchObject({ verdict: 'inconclusive', observed: 180 });
    expect(await objectiveOf(below, tookEach(160))).toMatchObject({ verdict: 'fail', observed: 260 });
    const served = goodput({ atLeast: 0.9, minimumEvidence: 10 });
    expect(await objectiveOf(served, tookEach(4_950))).toMatchObject({ verdict: 'inconclusive', observed: 0 });
    expect(await objectiveOf(served, tookEach(5_100))).toMatchObject({ verdict: 'fail', observed: 0 });
  });
  test('excuses nothing that does not: settlement, lag', async () => {
    const { ops = [], ...rest } = tookEach(20);
    // Some are settled at once, which shows that the store's clock is right.
    const slow = ops.map((one, index) => {
      const at = Number(one.at) + 20 + (index % 2 === 0 ? 0 : 180);
      return { ...one, legs: [{ delta: -1, committed_at: micros(at) }] };
    });
    const spec = settled({ within: '150ms', quantile: 0.9, minimumEvidence: 10 });
    expect(await objectiveOf(spec, { ...rest, ops: slow })).toMatchObject({ verdict: 'fail', observed: 180 });
    const lag = consumerLag({ below: '0.15s', minimumEvidence: 1 });
    expect(await objectiveOf(lag, tookEach(180))).toMatchObject({ verdict: 'fail' });
  });
});
