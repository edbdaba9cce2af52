import { describe, expect, it } from 'vitest';
import { ExitCode, worst } from './exit-code.ts';

describe('the exit code of several targets', () => {
  it.each([
    [[0, 0], 0],
    [[0, 12], 12],
    [[12, 10], 10],
    [[10, 11, 12], 11],
    [[11, 130], 130],
    [[130, 70, 0], 70],
  ] as const)('%j is %i', (codes, expected) => {
    expect(worst(codes)).toBe(expected);
  });

  it('is our own bug where nothing was judged', () => {
    expect(worst([])).toBe(ExitCode.internal);
  });
});
