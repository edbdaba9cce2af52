import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { failingRun, inconclusiveRun, passingRun, runOf } from './fixtures/runs.ts';
import { code, markdown, summaryMarkdown } from './summary.ts';

test('says the verdict, the promises, the damage and how to repeat it', () => {
  const lines = summaryMarkdown([failingRun()]).split('\n');
  expect(lines[0]).toBe('### ✗ big-billion-day › inventory/legacy-batch: FAIL');
  expect(lines).toContain('| ✗ | consumer-lag | 31.7 s | \\< 2 s |');
  expect(lines).toContain('| ✗ | no-overpromise | 1,204 violations | none |');
  expect(lines).toContain('| Oversold | 48,211 units · ₹7.84 crore |');
  expect(lines).toContain('Repeat: `toofan run big-billion-day --target inventory/legacy-batch --seed 20261009`');
});

test('says why a run is inconclusive and that its load was not real, once', () => {
  const text = summaryMarkdown([inconclusiveRun()]);
  expect(text).toContain('> The generator fell behind');
  expect(text.match(/0\.5×/g)).toHaveLength(1);
});

test('one section a target', () => {
  expect(summaryMarkdown([passingRun(), failingRun()]).match(/^### /gm)).toHaveLength(2);
});

test('markup of names is shown, not obeyed', () => {
  expect(markdown('a|b **c** <img> [x](y) `d` \\')).toBe('a\\|b \\*\\*c\\*\\* \\<img\\> \\[x\\]\\(y\\) \\`d\\` \\\\');
  expect(markdown('@team #12')).toBe('@\u2060team \\#\u206012');
  expect(code('a`b``c')).toBe('``` a`b``c ```');
});

/** Cell borders a line. A code span takes a backslash as it is, and no row of a table stands beside it. */
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
      // Letters around it: a name of spaces alone would only be an empty cell.
      expect(shape(summaryMarkdown([runOf(`a${name}z`)]))).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});
