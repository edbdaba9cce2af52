import { describe, expect, it } from 'vitest';
import type { ReadRun } from './read-run.ts';
import { trendHtml } from './trend-html.ts';
import { type FoundRun, trendOf } from './trend-runs.ts';
import { trendText } from './trend-text.ts';

const phase = (plannedPerSecond: number, p99Ms: number | null) => ({
  plannedPerSecond,
  decidedPerSecond: 9,
  p50Ms: 1,
  p99Ms,
});
const run = (name: string, rest: Partial<ReadRun> = {}): ReadRun => ({
  run: name,
  scenario: 'smoke',
  target: 't',
  stack: 'local',
  timeScale: 1,
  loadScale: 1,
  verdict: 'pass',
  objectives: [],
  invariants: [],
  phases: [phase(10, 5), phase(400, 70), phase(20, 6)],
  service: { goodShare: 1 },
  machine: { quiet: true },
  commit: 'a'.repeat(40),
  ...rest,
});
const found = (one: ReadRun, folder = one.run): FoundRun => ({
  folder,
  writtenAt: Date.UTC(2026, 0, 2, 3, 4, 5),
  run: one,
});
const named = (name: string, verdict: ReadRun['verdict']) => ({ name, verdict });

const page = (...runs: FoundRun[]) => trendHtml(trendOf(runs), 'results', []);

describe('runs over time', () => {
  it('are in order of their start, by the name of the run, else of its verdict', () => {
    const [series] = trendOf([
      found(run('smoke-2026-11-28T00-00-00')),
      found(run('mine'), 'named'),
      found(run('smoke-2026-11-27T21-10-05-2')),
    ]);
    expect(series?.runs.map(({ when }) => when)).toEqual([
      '2026-01-02 03:04:05',
      '2026-11-27 21:10:05',
      '2026-11-28 00:00:00',
    ]);
  });

  it('are apart by scenario, target, scale and stack; the series with the newest run first', () => {
    const titles = trendOf([
      found(run('a-2026-01-01T00-00-00')),
      found(run('b-2026-01-02T00-00-00', { target: 'u' })),
      found(run('c-2026-01-03T00-00-00', { loadScale: 0.2 })),
      found(run('d-2026-01-04T00-00-00', { stack: 'containers', timeScale: 60 })),
    ]).map(({ title }) => title);
    expect(titles).toEqual([
      'smoke › t (time 60×, containers stack)',
      'smoke › t (load 0.2×, local stack)',
      'smoke › u (local stack)',
      'smoke › t (local stack)',
    ]);
  });

  it('tell the peak, and what broke; what was inconclusive only where nothing did', () => {
    const [series] = trendOf([
      found(run('1', { invariants: [{ ...named('kept', 'inconclusive'), promise: '', violations: 0, examples: [] }] })),
      found(run('2', { objectives: [named('p99', 'fail'), named('lag', 'inconclusive')] })),
    ]);
    expect(series?.runs.map(({ p99Ms, remarks }) => [p99Ms, remarks])).toEqual([
      [70, ['kept']],
      [70, ['p99']],
    ]);
  });

  it('say nothing where nothing was measured', () => {
    const text = trendText(trendOf([found(run('x', { phases: [], machine: undefined, commit: null, service: { goodShare: null } }))]), { colour: false, pagePath: 'p', notes: [] }); // prettier-ignore
    expect(text).toMatch(/2026-01-02 03:04:05 {2}✓ {4}– {4}– {8}– {8}– {2}– {7}– {8}x\n/);
  });

  it('let nothing that others wrote steer a terminal, or be markup', () => {
    const text = '\u001B[31m\u202E<b>x\n ✓ PASS';
    const hostile = run(text, {
      scenario: text,
      target: text,
      stack: text,
      commit: text,
      objectives: [named(text, 'fail')],
    });
    const series = trendOf([found(hostile, text), found(hostile)]);
    for (const line of trendText(series, { colour: false, pagePath: text, notes: [text] }).split('\n')) {
      expect(line).not.toMatch(/[\p{Cc}\u202E]/u);
      expect(line).not.toMatch(/^ ✓ PASS/);
    }
    expect(trendHtml(series, text, [text])).not.toContain('<b>x');
  });

  it('have a curve where there are two or more, a dot for each with its verdict', () => {
    expect(page(found(run('1')))).not.toContain('<svg class="trend"');
    const two = page(found(run('1')), found(run('2', { verdict: 'fail', phases: [phase(1, 35)] })));
    expect(two.replaceAll(/\s+/g, ' ')).toMatch(
      /<path class="pass" d="M12\.0 12\.0h0"> .*<path class="fail" d="M988\.0 80\.0h0">/,
    );
  });
});
