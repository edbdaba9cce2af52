import { describe, expect, it } from 'vitest';
import { commonPhases, type ComparedRun, differencesOf, figureRows, promiseRows } from './compared-runs.ts';
import { comparedHtml } from './compared-html.ts';
import { comparedText } from './compared-text.ts';
import { failingRun, passingRun, runOf } from './fixtures/runs.ts';
import type { JudgedRun } from './judged-run.ts';

const compared = (...runs: readonly JudgedRun[]): ComparedRun[] =>
  runs.map((run, index) => ({ ...run, letter: 'ABC'[index] ?? '', folder: `results/${index}` }));
const pair = compared(passingRun(), failingRun());
const [A, B] = pair as [ComparedRun, ComparedRun];
const withP99 = (run: ComparedRun, p99Ms: number | null): ComparedRun => ({
  ...run,
  judgement: { ...run.judgement, phases: run.judgement.phases.map((phase) => ({ ...phase, p99Ms })) },
});
const p99 = (...runs: readonly ComparedRun[]) =>
  figureRows(runs)
    .find(({ name }) => name === 'surge: p99')
    ?.cells.map(({ text }) => text);

describe('runs side by side', () => {
  it('have every promise in a row', () => {
    const oversell = promiseRows(pair).find(({ name }) => name === 'no-oversell');
    expect(oversell?.cells.map(({ verdict }) => verdict)).toEqual(['pass', 'fail']);
  });

  it('have their figures beside the first, with the change from it', () => {
    expect(p99(withP99(A, 100), withP99(B, 116), withP99(B, 90))).toEqual([
      '100 ms',
      '116 ms (+16 %)',
      '90 ms (−10 %)',
    ]);
    expect(p99(withP99(A, 100), withP99(B, 100.4))).toEqual(['100 ms', '100 ms']);
    expect(p99(withP99(A, 100), withP99(B, 2_500))).toEqual(['100 ms', '2.5 s (25×)']);
    expect(p99(withP99(A, 100), withP99(B, null))).toEqual(['100 ms', '∞']);
  });

  it('leave out the figures of phases that not all have, and of the warm-up', () => {
    const other = { ...B, record: { ...B.record, phases: B.record.phases.filter(({ name }) => name !== 'surge') } };
    expect(commonPhases(pair)).toContain('surge');
    expect(commonPhases(pair)).not.toContain('warm-up');
    expect(commonPhases([A, other])).not.toContain('surge');
    expect(p99(A, other)).toBeUndefined();
  });

  it('tell what differed by its path, and nothing that did not', () => {
    const again = {
      ...A,
      record: { ...A.record, seed: 7, scenario: { ...A.record.scenario, mix: { cancellation: 0.5 } } },
    };
    expect(differencesOf([A, again])).toEqual([
      { path: 'scenario.mix.cancellation', values: [String(A.record.scenario.mix['cancellation'] ?? '–'), '0.5'] },
      ...Object.keys(A.record.scenario.mix)
        .filter((name) => name !== 'cancellation')
        .map((name) => ({ path: `scenario.mix.${name}`, values: [String(A.record.scenario.mix[name]), '–'] })),
      { path: 'seed', values: [String(A.record.seed), '7'] },
    ]);
    expect(differencesOf([A, A])).toEqual([]);
    expect(comparedText([A, A], { colour: false, width: 100, pagePath: 'x' })).toContain(
      'Nothing differed in scenario',
    );
  });

  it('let nothing that others wrote steer a terminal, or be markup', () => {
    const hostile = compared(runOf('\u001B[31m\u202E<script>x</script>'), passingRun());
    for (const line of comparedText(hostile, { colour: false, width: 100, pagePath: 'x' }).split('\n'))
      expect(line).not.toMatch(/[\p{Cc}\u202E]/u);
    expect(comparedHtml(hostile, undefined)).not.toContain('<script>x');
  });

  it('have their curves begin together', () => {
    const text = comparedHtml(pair, 'surge');
    const data = JSON.parse(/id="data">([\s\S]*?)<\/script>/.exec(text)?.[1] ?? '') as [{ curves: { seconds: number[]; series: Record<string, (number | null)[]>; phases: { name: string; from: number }[] } }]; // prettier-ignore
    const { seconds, series, phases } = data[0].curves;
    expect(phases.find(({ name }) => name === 'surge')?.from).toBe(0);
    expect(seconds[0]).toBe(0.5);
    for (const name of ['p99Ms:0', 'p99Ms:1', 'decided:1']) expect(series[name]).toHaveLength(seconds.length);
  });
});
