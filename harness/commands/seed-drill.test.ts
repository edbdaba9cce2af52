import { expect, it } from 'vitest';
import type { FaultRecord } from '../history/drill-record.ts';
import type { InvariantResult, Judgement, ObjectiveResult } from '../judge/judgement.ts';
import type { JudgedRun } from '../report/judged-run.ts';
import { resultOf } from './seed-drill.ts';

const loadEndedAt = 20_000_000;
const struck = { name: 'store-kill', verified: true, healed: true, detail: 'killed; answers again' } as FaultRecord;
const unhealed = { ...struck, healed: false, detail: 'killed; not healed: it did not start' };
const kept = {
  name: 'no-oversell',
  verdict: 'pass',
  violations: 0,
  examples: [],
  detail: '',
} as unknown as InvariantResult;
const broken: InvariantResult = {
  ...kept,
  verdict: 'fail',
  violations: 2,
  examples: [{ key: 'a', ops: [], at: null, harm: 1, detail: '3 units too many' }],
};
const met = { name: 'drained', verdict: 'pass', observed: 1, threshold: 60, unit: 's', detail: '' } as ObjectiveResult;
const missed: ObjectiveResult = { ...met, verdict: 'fail', observed: 75 };

const runOf = (faults: FaultRecord[], judgement: Partial<Judgement>) =>
  ({
    record: { faults, loadEndedAt },
    judgement: {
      verdict: 'fail',
      invariants: [kept],
      objectives: [met],
      notes: ['a note'],
      generator: { keptUp: true },
      failedButPresent: 0,
      ...judgement,
    },
  }) as unknown as JudgedRun;

it('passes with nothing to say where everything held and every fault was shown', () => {
  expect(resultOf(runOf([struck], { verdict: 'pass' }))).toEqual({ verdict: 'pass', code: 0, broken: [], why: [] });
});

it('fails by a counterexample, though a fault was never healed', () => {
  expect(resultOf(runOf([unhealed], { invariants: [broken] }))).toEqual({
    verdict: 'fail',
    code: 11,
    broken: ['no-oversell'],
    why: [
      'no-oversell: 2 violations, the worst: 3 units too many',
      'store-kill was not seen to heal: killed; not healed: it did not start',
    ],
  });
});

it('fails by a missed objective only where every fault was shown to strike and to heal', () => {
  expect(resultOf(runOf([struck], { objectives: [missed] }))).toEqual({
    verdict: 'fail',
    code: 10,
    broken: ['drained'],
    why: ['drained missed: 75 s'],
  });
  const { verdict, code, broken: names } = resultOf(runOf([unhealed], { objectives: [missed] }));
  expect({ verdict, code, names }).toEqual({ verdict: 'inconclusive', code: 12, names: [] });
});

it('does not fail by a missed objective where a store was away until after the load', () => {
  const late = { ...struck, victim: 'kafka', healedAt: loadEndedAt + 4_500_000 };
  expect(resultOf(runOf([late], { objectives: [missed] }))).toEqual({
    verdict: 'inconclusive',
    code: 12,
    broken: [],
    why: ['store-kill of kafka healed only 4.5 s after the load', 'drained missed: 75 s'],
  });
  // A worker that is slow to become ready is the pipeline's own problem; and a met bound was met, whatever was late.
  const code = (faults: FaultRecord[], of: Partial<Judgement>) => resultOf(runOf(faults, of)).code;
  expect(code([{ ...late, victim: null }], { objectives: [missed] })).toBe(10);
  expect(code([{ ...late, healedAt: loadEndedAt - 1 }], { objectives: [missed] })).toBe(10);
  expect(code([late], { verdict: 'pass' })).toBe(0);
  expect(code([late], { invariants: [broken], objectives: [missed] })).toBe(11);
});

it('is inconclusive where a fault was not seen to strike, though everything held', () => {
  const unseen = { ...struck, verified: false, detail: 'nobody waits' };
  expect(resultOf(runOf([unseen], { verdict: 'inconclusive' }))).toEqual({
    verdict: 'inconclusive',
    code: 12,
    broken: [],
    why: ['store-kill was not seen to strike: nobody waits'],
  });
});

it('says the notes where nothing else tells why it is inconclusive, and a bug of our own is one', () => {
  expect(resultOf(runOf([struck], { verdict: 'inconclusive' }))).toMatchObject({ code: 12, why: ['a note'] });
  expect(resultOf(runOf([struck], { failedButPresent: 1 }))).toMatchObject({
    verdict: 'fail',
    code: 70,
    broken: ['generator'],
  });
});
