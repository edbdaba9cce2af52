import { expect, test } from 'vitest';

import type { Judgement, Verdict } from './judgement.ts';
import { composeVerdict, exitCodeOf } from './verdict.ts';

const each = (...verdicts: readonly Verdict[]) => verdicts.map((verdict) => ({ verdict }));

test('a failure fails, a doubt is doubt, and nothing judged is no pass', () => {
  expect(composeVerdict(each('pass'), each('pass'), [])).toBe('pass');
  expect(composeVerdict(each('pass', 'inconclusive'), each('fail'), ['a doubt'])).toBe('fail');
  expect(composeVerdict(each('pass', 'inconclusive'), each('pass'), [])).toBe('inconclusive');
  expect(composeVerdict(each('pass'), each('pass'), ['the generator fell behind'])).toBe('inconclusive');
  expect(composeVerdict([], [], [])).toBe('inconclusive');
});

const code = (verdict: Verdict, invariants: readonly Verdict[], objectives: readonly Verdict[], failedButPresent = 0) =>
  exitCodeOf({
    verdict,
    invariants: each(...invariants),
    objectives: each(...objectives),
    failedButPresent,
  } as unknown as Judgement);

test('the exit code is the first of 70, 11, 10, 12, 0 that holds', () => {
  expect(code('pass', ['pass'], ['pass'])).toBe(0);
  expect(code('inconclusive', ['pass'], ['pass'])).toBe(12);
  expect(code('fail', ['pass'], ['fail', 'inconclusive'])).toBe(10);
  expect(code('fail', ['fail', 'inconclusive'], ['fail'])).toBe(11);
  expect(code('fail', ['fail'], ['fail'], 1)).toBe(70);
});
