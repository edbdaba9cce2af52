import { stripVTControlCharacters } from 'node:util';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgement } from './fixtures/judgement.ts';
import { record } from './fixtures/record.ts';
import { failingRun, inconclusiveRun, passingRun, runOf } from './fixtures/runs.ts';
import { terminalText } from './terminal.ts';
import { displayWidth } from './text-table.ts';

const options = {
  colour: false,
  width: 100,
  reportPath: 'results/r/report.html',
  exitCode: 11,
  isAborted: false,
  tookMs: 112_000,
} as const;
const lines = (text: string) => text.split('\n');

test('says what it is about first, and why it failed', () => {
  expect(lines(terminalText([failingRun()], options)).slice(0, 5)).toEqual([
    '',
    '  big-billion-day › inventory/legacy-batch',
    '  4 of 10 invariants broken, 4 of 6 objectives missed and 1 inconclusive; first violation at',
    '  +24.0 s, surge',
    '  ! Time scale 60× (faults and batches; the load is real time)',
  ]);
});

test('aligns observed and promised, with the worst counterexample below a broken invariant', () => {
  const text = lines(terminalText([failingRun()], options));
  const from = text.indexOf('  Objectives                        observed  promised');
  expect(text.slice(from, from + 6)).toEqual([
    '  Objectives                        observed  promised',
    '  ✗ consumer-lag                      31.7 s  < 2 s',
    '      worst at +79 s',
    '  ✗ drained                                ∞  < 10 s',
    '      never: 412,877 operations undecided at the deadline',
    '  ✗ decided                          99.89 %  ≥ 99.9 %',
  ]);
  const broken = text.indexOf('  ✗ no-oversell                          987');
  expect(text.slice(broken + 1, broken + 3)).toEqual([
    '      At the end no product has been sold beyond its stock.',
    '      worst: p-00000 at +30.0 s, surge: 1318 units sold beyond a stock of 300 (op 482113)',
  ]);
});

test('says what was oversold in units and rupees', () => {
  const text = terminalText([failingRun()], options);
  expect(text).toContain(
    '  Impact    Oversold    48,211 units · ₹7.84 crore\n            Lost sales  812 units · ₹12.35 lakh\n',
  );
  expect(terminalText([passingRun()], options)).toContain('  Impact    no damage\n');
});

test('ends with where the report lies and how to repeat it, never cut', () => {
  const reportPath = `results/${'long/'.repeat(40)}report.html`;
  const text = terminalText([passingRun()], { ...options, width: 60, reportPath });
  expect(lines(text).slice(-5)).toEqual([
    `  Report    ${reportPath}`,
    '  Repeat    toofan run big-billion-day --target inventory/streaming --seed 20261009',
    '',
    ' ✓ PASS  big-billion-day › inventory/streaming · exit 11 · 112 s',
    '',
  ]);
});

test('cuts nothing and wraps nothing where it is no terminal', () => {
  const text = terminalText([failingRun(), passingRun()], { ...options, width: Infinity });
  expect(text).not.toContain('…');
  const long = 'worst: p-00000 at +30.0 s, surge: 1318 units sold beyond a stock of 300';
  expect(terminalText([failingRun()], { ...options, width: 50 }).replaceAll(/\s+/g, ' ')).toContain(long);
  expect(lines(text).some((line) => line.includes(long))).toBe(true);
});

test('says what the peak came to', () => {
  expect(terminalText([passingRun()], options)).toMatch(
    /  Peak {6}surge: [\d,]+ of 14,461 orders\/s decided · p50 .+ · p99 .+ · lag max /,
  );
  // The values at the seconds' ends reach 129 ms; the objective measured a higher one, and no line reports less than another.
  expect(terminalText([passingRun()], options)).toContain('lag max 140 ms');
});

test('sets several targets side by side and then tells only what did not pass', () => {
  const text = terminalText([passingRun(), failingRun(), inconclusiveRun()], options);
  expect(lines(text).at(-2)).toBe(' ✗ FAIL  3 targets: 1 passed, 1 failed, 1 inconclusive · exit 11 · 112 s');
  expect(text).toContain('  consumer-lag                  ✓ 140 ms   ✗ 31.7 s      ✓ 300 ms\n');
  expect(text).not.toContain('  ✓ no-lost-order');
});

test('sets several targets one after the other where they do not fit', () => {
  const text = terminalText([passingRun(), failingRun()], { ...options, width: 50 });
  expect(text.match(/ {2}✓ no-lost-order/g)).toHaveLength(2);
});

const bare = (text: string) => stripVTControlCharacters(text).replaceAll(/ +/g, ' ');

test('is the same text with colours and without', () => {
  const coloured = terminalText([failingRun(), passingRun()], { ...options, colour: true });
  expect(coloured).toContain('\u001B[31m');
  expect(terminalText([failingRun(), passingRun()], options)).not.toContain('\u001B');
  expect(bare(coloured)).toBe(bare(terminalText([failingRun(), passingRun()], options)));
});

test.each([40, 60, 80, 200])('keeps every line but path, command and single words within %i columns', (width) => {
  for (const run of [passingRun(), failingRun(), inconclusiveRun()]) {
    const long = lines(terminalText([run], { ...options, width })).filter((line) => displayWidth(line) > width);
    expect(long.filter((line) => !/^ {2}(Report|Repeat)|exit 11/.test(line) && line.trim().includes(' '))).toEqual([]);
  }
});

test('a run without objectives or invariants has no empty table', () => {
  const run = {
    record: record('t'),
    judgement: judgement({ objectives: [], invariants: [], verdict: 'inconclusive' }),
  };
  const text = terminalText([run], options);
  expect(text).not.toMatch(/Objectives|Invariants/);
  expect(text).toContain('nothing to judge: the scenario has neither objectives nor invariants');
});

test('no name steers the terminal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const text = terminalText([runOf(`\u001B]0;${name}\u0007`)], options);
      expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    }),
    { numRuns: 200 },
  );
});

test('says of a run that was aborted that it was, whatever its first targets came to', () => {
  const text = terminalText([passingRun()], { ...options, exitCode: 130, isAborted: true });
  expect(lines(text).at(-2)).toBe(' ? ABORTED  1 target: 1 passed · exit 130 · 112 s');
});
