import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { shelfAccuracy } from '../../harness/judge/objectives/index.ts';
import { micros, type SmallOp } from './a-history.ts';
import { objectiveOf } from './judged.ts';

const read = (began: number, at: number, value: number) => ({
  began_at: micros(began),
  at: micros(at),
  probe: 'shelf',
  subject: 'p',
  value,
  unit: 'units',
});

describe('shelf accuracy', () => {
  // 10 until 100, 9 until 200, 8 until 300, 7 from then on; version 3 was stamped before version 2.
  const effects = [
    { op: 1, delta: -1, version: 1, committed_at: micros(100) },
    { op: 2, delta: -1, version: 2, committed_at: micros(210) },
    { op: 3, delta: -1, version: 3, committed_at: micros(200) },
    { op: 4, delta: -1, version: 4, committed_at: micros(300) },
  ];
  const accuracy = async (stalenessMs: number, ...samples: ReturnType<typeof read>[]) => {
    const ops: SmallOp[] = [{ op: 1, at: 0, effects: [], answers: [['confirmed', 1]] }];
    const spec = shelfAccuracy({ atLeast: 1, minimumEvidence: 1 });
    return (await objectiveOf(spec, { opening: { p: 10 }, ops, effects, samples, stalenessMs })).observed;
  };
  test('accepts every value that was true while it was read', async () => {
    expect(
      await accuracy(0, read(50, 60, 10), read(90, 110, 10), read(90, 110, 9), read(150, 160, 9), read(400, 410, 6)),
    ).toBe(1);
  });
  test('accepts values of versions whose stamps crossed', async () => {
    expect(await accuracy(0, read(199, 201, 8), read(205, 206, 8), read(205, 206, 9), read(211, 212, 7))).toBe(1);
  });
  test('refuses a value that was not yet or no longer true, and one that never was', async () => {
    expect(await accuracy(0, read(50, 60, 9), read(150, 160, 10), read(150, 160, 5), read(400, 410, 7))).toBe(0);
  });
  test('accepts what was true within the declared staleness', async () => {
    expect(await accuracy(60, read(150, 155, 10), read(350, 351, 7))).toBe(1);
    expect(await accuracy(49, read(150, 155, 10), read(350, 351, 7))).toBe(0);
  });
  test('leaves open what changes of one version at several times may have been', async () => {
    const ops: SmallOp[] = [{ op: 1, at: 0, effects: [], answers: [['confirmed', 1]] }];
    const spec = shelfAccuracy({ atLeast: 0.9, minimumEvidence: 1 });
    const tied = effects.map((effect) => ({ ...effect, version: 1 }));
    const samples = [read(150, 160, 9), read(250, 260, 9)];
    const of = (rows: typeof effects) =>
      objectiveOf(spec, { opening: { p: 10 }, ops, effects: rows, samples, stalenessMs: 0 });
    expect(await of(effects)).toMatchObject({ verdict: 'fail', observed: 0.5 });
    expect(await of(tied)).toMatchObject({ verdict: 'inconclusive', detail: expect.stringContaining('2 of 2 reads concern products whose changes share a version at several times') as string }); // prettier-ignore
    const once = tied.map((effect) => ({ ...effect, committed_at: micros(100) }));
    expect(await of(once)).toMatchObject({ verdict: 'fail', observed: 0 });
  });
  test('agrees with a slow replay over many versions', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ gap: fc.integer({ min: 0, max: 3 }), delta: fc.integer({ min: -3, max: 3 }) }), {
          maxLength: 300,
        }),
        fc.array(
          fc.record({ began: fc.nat({ max: 500 }), took: fc.nat({ max: 20 }), off: fc.integer({ min: -2, max: 2 }) }),
          { minLength: 1, maxLength: 30 },
        ),
        fc.nat({ max: 30 }),
        async (moves, looks, staleness) => {
          let at = 10;
          let value = 100;
          const states = [{ value, since: -Infinity }];
          const log = moves.map(({ gap, delta }, index) => {
            at += gap;
            value += delta;
            states.push({ value, since: at });
            return { op: 1_000 + index, delta, version: index + 1, committed_at: micros(at) };
          });
          const samples = looks.map(({ began, took, off }) => {
            const shown = states.findLast(({ since }) => since <= began) ?? { value: 100 };
            return read(began, began + took, shown.value + off);
          });
          const isRight = (sample: ReturnType<typeof read>) =>
            states.some(
              (state, index) =>
                state.value === sample.value &&
                micros(state.since) <= sample.at &&
                micros(states[index + 1]?.since ?? Infinity) >= sample.began_at - staleness * 1000,
            );
          const ops: SmallOp[] = [{ op: 1, at: 0, effects: [], answers: [['sold_out', 1]] }];
          const spec = shelfAccuracy({ atLeast: 1, minimumEvidence: 1 });
          const found = await objectiveOf(spec, {
            opening: { p: 100 },
            ops,
            effects: log,
            samples,
            stalenessMs: staleness,
          });
          expect(found.observed).toBe(samples.filter(isRight).length / samples.length);
        },
      ),
      { numRuns: 25 },
    );
  });
});
