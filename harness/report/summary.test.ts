import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { failingRun, inconclusiveRun, passingRun, runOf } from './fixtures/runs.ts';
import { code, markdown, summaryMarkdown } from './summary.ts';

test('says the verdict, the promises, the damage and how to repeat it', () => {
  const lines = summaryMarkdown([failingRun()]).split('\n');
  expect(lines[0]).toBe('### ✗ big-billion-day › inventory/legacy-batch: FAIL');
  expect(lines[2]).toMatch(/^4 of 10 invariants broken/);
  expect(lines[4]).toBe('Commit 3f2a1b9c0d12, with uncommitted changes.');
  expect(lines[8]).toBe('| ✗ | consumer-lag | 31.7 s | \\< 2 s | worst at +79 s |');
  const oversold = lines.find((line) => line.includes('| no-oversell | 987 violations | none |'));
  expect(oversold).toContain('p-00000 · +30.0 s, surge · 1318 units sold beyond a stock of 300');
  const kept = lines.findIndex((line) => line.startsWith('| ✓ | decision-latency-p99'));
  expect(kept).toBeGreaterThan(lines.indexOf('<details><summary>Everything else</summary>'));
  expect(lines).toContain('| Oversold | 48,211 units · ₹7.84 crore |');
  expect(lines).toContain('Repeat: `toofan run big-billion-day --target inventory/legacy-batch --seed 20261009`');
});

test('says why a run is inconclusive and that its load was not real, once', () => {
  const text = summaryMarkdown([inconclusiveRun()]);
  expect(text).toContain('> The generator fell behind');
  expect(text.match(/0\.5×/g)).toHaveLength(1);
});

test('targets stand side by side, then one section each', () => {
  const text = summaryMarkdown([passingRun(), failingRun()]);
  expect(text).toMatch(/^### ✗ 2 targets: FAIL\n\n\| {2}\| streaming \| legacy-batch \|/);
  expect(text.match(/^### /gm)).toHaveLength(3);
});

test('markup of names is shown, not obeyed', () => {
  expect(markdown('a|b **c** <img> [x](y) `d` \\')).toBe('a\\|b \\*\\*c\\*\\* \\<img\\> \\[x\\]\\(y\\) \\`d\\` \\\\');
  expect(markdown('@team #12')).toBe('@\u2060team \\#\u206012');
  expect(code('a`b``c')).toBe('``` a`b``c ```');
});

/** Cell borders per line. A code span takes a backslash literally, and is never in a table row. */
const shape = (text: string) =>
  text
    .replace(/^Repeat: .*$/m, '')
    .split('\n')
    .map((line) => line.replaceAll(/\\./gu, '').replaceAll(/[^|]/g, '').length);

test('no name makes or leaves a row, a table or a heading', () => {
  const expected = shape(summaryMarkdown([runOf('name')]));
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('|', '\n\n# x', '\\|', '`|', '</td>', '\u2028|'),
  );
  fc.assert(
    fc.property(text, (name) => {
      // Surrounded by letters: a name of blanks alone would be an empty cell.
      expect(shape(summaryMarkdown([runOf(`a${name}z`)]))).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});
