import { describe, expect, it } from 'vitest';
import type { Judgement } from '../judge/judgement.ts';
import { counterexampleText } from '../report/counterexample-text.ts';
import { failingRun, passingRun } from '../report/fixtures/runs.ts';
import type { JudgedRun } from '../report/judged-run.ts';
import { runJson } from '../report/run-json.ts';
import { runOf } from './drill-run.ts';
import { matchers } from './matchers.ts';

expect.extend(matchers);

const judged = (run: JudgedRun, changes: Partial<Judgement> = {}, inconclusive: 'fail' | 'skip' = 'fail') => {
  const { record } = run;
  const judgement = { ...run.judgement, ...changes };
  const broken = judgement.invariants.filter(({ verdict }) => verdict === 'fail');
  return runOf({
    run: runJson(record, judgement),
    folder: 'results/x',
    report: 'results/x/report.html',
    doubts: judgement.doubts,
    counterexamples: Object.fromEntries(
      broken.map((one) => [one.name, counterexampleText({ record, judgement }, one)]),
    ),
    seconds: judgement.seconds,
    invariants: [...judgement.invariants.map(({ name }) => name), 'never-asked-for'],
    inconclusive,
  });
};

/** The message of a failing expectation. */
function said(expectation: () => unknown): string {
  try {
    expectation();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the expectation passed');
}

const sound = judged(passingRun());
const broken = judged(failingRun());
const whole = (run: JudgedRun, verdict: 'pass' | 'inconclusive') =>
  run.judgement.invariants.map((one) => ({ ...one, verdict, detail: verdict === 'pass' ? '' : 'no sale was seen' }));
const unsure = judged(passingRun(), { invariants: whole(passingRun(), 'inconclusive') });

describe('toKeep', () => {
  it('passes where an invariant was kept, with .not where it was broken', () => {
    expect(sound).toKeep('no-oversell');
    expect(broken).not.toKeep('no-oversell');
    expect(said(() => expect(sound).not.toKeep('no-oversell'))).toMatch(/^no-oversell was kept: /);
  });

  it('fails with the worst counterexamples, each with the operations that show it and their times', () => {
    expect(said(() => expect(broken).toKeep('no-overpromise'))).toBe(`✗ no-overpromise: 1,204 violations
At no moment are more units confirmed than are available.

p-00000 at +24.0 s, surge: 1618 units promised of "boAt Rockerz 255 Pro+", 300 were there
  operation     key      at              asked    answer     decided         left after
  order 482113  p-00000  +23.9 s, surge  2 units  confirmed  +24.0 s, surge  -1,318 units

p-00037 at +31.3 s, surge: 1607 units promised of "boAt Rockerz 255 Pro+", 299 were there
  ops 483122, 483183, 483244, 483305

p-00074 at +38.6 s, surge: 1596 units promised of "boAt Rockerz 255 Pro+", 298 were there
  ops 484131, 484192, 484253, 484314, 484375, 484436 and 1 more

… and 1,201 more violations

Explain  npx toofan explain results/x p-00000
Report   results/x/report.html
Repeat   toofan run big-billion-day --target inventory/legacy-batch --seed 20261009`);
  });

  it('is neither passed nor failed without evidence', () => {
    const words = /^\? no-oversell: inconclusive: no sale was seen\n\nReport /;
    expect(said(() => expect(unsure).toKeep('no-oversell'))).toMatch(words);
    expect(said(() => expect(unsure).not.toKeep('no-oversell'))).toMatch(words);
  });

  it('is not passed by a drill that is in doubt as a whole', () => {
    const doubted = judged(passingRun(), { doubts: ['The generator fell behind: 7 operations were never sent'] });
    expect(said(() => expect(doubted).toKeep('no-oversell'))).toMatch(
      /^\? no-oversell: inconclusive: The generator fell behind: 7 operations were never sent/,
    );
  });

  it.each([
    ['no-overselll', /^unknown invariant 'no-overselll'\. Did you mean 'no-oversell'\?$/],
    [
      'never-asked-for',
      /^the scenario big-billion-day does not have the invariant 'never-asked-for'; it has .*no-oversell/,
    ],
    ['consumer-lag', /^'consumer-lag' is an objective: expect\(run\)\.toMeet\('consumer-lag'\)$/],
  ])('refuses %s in one line', (name, words) => {
    expect(said(() => expect(broken).toKeep(name))).toMatch(words);
  });

  it('refuses what is no run, and a run that was not awaited', () => {
    expect(said(() => expect({ verdict: 'pass' }).toKeep('no-oversell'))).toBe(
      'expect(run).toKeep: run must be what drill() resolves to',
    );
    expect(said(() => expect(Promise.resolve(sound)).toKeep('no-oversell'))).toMatch(/await drill\(…\)$/);
  });
});

describe('toKeepEveryPromise', () => {
  it('tells of every invariant that was broken', () => {
    expect(sound).toKeepEveryPromise();
    const words = said(() => expect(broken).toKeepEveryPromise());
    expect(words.match(/^✗ [\w-]+/gm)).toEqual([
      '✗ no-overpromise',
      '✗ no-oversell',
      '✗ books-balance',
      '✗ shelf-truth',
    ]);
  });
});

describe('toMeet', () => {
  it('tells what was observed and what was promised', () => {
    expect(sound).toMeet('decision-latency-p99');
    expect(sound).toMeet('decision-latency-p99 (surge)');
    expect(broken).not.toMeet('consumer-lag');
    expect(said(() => expect(broken).toMeet('consumer-lag'))).toMatch(
      /^✗ consumer-lag: 31\.7 s, promised < 2 s\nworst at \+79 s\n\nReport /,
    );
    expect(said(() => expect(broken).toMeet('memory-bounded'))).toMatch(
      /^\? memory-bounded: inconclusive: 2 samples, 10 needed/,
    );
  });

  it.each([
    [
      'consumer-lags',
      /^the scenario big-billion-day has no objective 'consumer-lags'\. Did you mean 'consumer-lag'\?$/,
    ],
    ['no-oversell', /^'no-oversell' is an invariant: expect\(run\)\.toKeep\('no-oversell'\)$/],
  ])('refuses %s in one line', (name, words) => {
    expect(said(() => expect(broken).toMeet(name))).toMatch(words);
  });
});

describe('toSustain', () => {
  it('passes where so much was planned, sent and decided, and every promise was kept at it', () => {
    expect(sound).toSustain('15,000/s');
    expect(said(() => expect(sound).not.toSustain('15000/s'))).toMatch(/^15000\/s: 15,000\/s planned, /);
  });

  it('tells by how much a pipeline fell behind, and what broke', () => {
    const words = said(() => expect(broken).toSustain('15000/s'));
    expect(words).toMatch(
      /^✗ 15000\/s: 15,000\/s planned, 15,000\/s sent, 8,\d+\/s decided over \d+ s: the pipeline fell behind/,
    );
    expect(words).toMatch(/^✗ no-oversell/m);
  });

  it('says nothing of a rate that was not asked for, or not for long enough', () => {
    expect(said(() => expect(sound).toSustain('20000/s'))).toMatch(
      /^\? 20000\/s: inconclusive: the load never asks for it: at most 15,000\/s were planned/,
    );
    const brief = judged(passingRun(), { seconds: passingRun().judgement.seconds.slice(0, 23) });
    expect(said(() => expect(brief).toSustain('15000/s'))).toMatch(/asks for it for \d s only; 5 s are needed/);
  });

  it('refuses what is no rate', () => {
    expect(said(() => expect(sound).toSustain('5000'))).toBe(
      "toSustain('5000'): write a rate per second, such as '5000/s'",
    );
  });
});
