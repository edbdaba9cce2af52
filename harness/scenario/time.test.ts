import { describe, expect, it } from 'vitest';
import { compress, durationMs, story, wallMs } from './time.ts';

describe('durations', () => {
  it.each([
    ['500ms', 500],
    ['5s', 5_000],
    ['1.5s', 1_500],
    ['30min', 1_800_000],
    ['2h', 7_200_000],
    ['0s', 0],
  ])('%s is %i ms', (text, expected) => {
    expect(durationMs(text)).toBe(expected);
  });

  it.each(['', '5', '5 s', '-5s', '5sec', 's', 'Infinitys', '1e3ms', 5, null, undefined])('%j is none', (text) => {
    expect(durationMs(text)).toBeUndefined();
  });

  it('compresses story time and nothing else', () => {
    expect(compress(story('30min'), 60)).toBe(30_000);
  });
});

it('a span that no timer can hold is held for twenty days, not for an instant', () => {
  expect(wallMs('1000h', 1)).toBe(20 * 24 * 3_600_000);
  expect(wallMs(story('6min'), 60)).toBe(6_000);
});
