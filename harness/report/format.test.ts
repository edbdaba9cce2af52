import { expect, test } from 'vitest';
import {
  duration,
  latency,
  listed,
  measured,
  number,
  observedText,
  plain,
  rupees,
  rupeesExact,
  thresholdText,
  wantsColour,
} from './format.ts';

test('rupees are grouped and named as in India', () => {
  expect(rupees(0)).toBe('₹0');
  expect(rupees(499_50)).toBe('₹499.50');
  expect(rupees(45_678_00)).toBe('₹45,678');
  expect(rupees(99_999_00)).toBe('₹99,999');
  expect(rupees(1_00_000_00)).toBe('₹1 lakh');
  expect(rupees(12_34_567_00)).toBe('₹12.35 lakh');
  expect(rupees(7_84_31_205_00)).toBe('₹7.84 crore');
  expect(rupees(4_182_77_31_204_00)).toBe('₹4,183 crore');
  expect(rupees(-12_34_567_00)).toBe('−₹12.35 lakh');
  expect(rupeesExact(4_21_33_400_05)).toBe('₹4,21,33,400.05');
  expect(rupeesExact(4_21_33_400_00)).toBe('₹4,21,33,400');
});

test('a sum just below the next name takes that name, never 100 lakh', () => {
  expect(rupees(99_99_499_00)).toBe('₹99.99 lakh');
  expect(rupees(99_99_600_00)).toBe('₹1 crore');
});

test('times are told in the unit that reads best', () => {
  expect([0.84, 9.96, 147.4, 999, 2_140, 31_700, 119_900, 200_400].map((ms) => duration(ms))).toEqual([
    '0.8 ms',
    '10 ms',
    '147 ms',
    '999 ms',
    '2.14 s',
    '31.7 s',
    '119.9 s',
    '3 min 20 s',
  ]);
  expect(measured(0.14, 's')).toBe('140 ms');
  expect(measured(0, 's')).toBe('0 s');
  expect(measured(12.345, 's')).toBe('12.35 s');
});

test('units: shares as per cent, money as rupees, others by their name', () => {
  expect(measured(0.99913, 'share')).toBe('99.91 %');
  expect(measured(212, 'MiB')).toBe('212 MiB');
  expect(measured(1_00_000_00, 'paise')).toBe('₹1 lakh');
  expect(measured(31_204, 'messages')).toBe('31,204 messages');
});

test('what was not measured, or is not finite, is a dash', () => {
  for (const value of [null, Infinity, -Infinity, NaN]) {
    expect([number(value), rupees(value), rupeesExact(value), duration(value), measured(value, 's')]).toEqual(
      Array.from({ length: 5 }, () => '–'),
    );
  }
});

test('an observed value that is not the threshold never reads like it', () => {
  const asked = { threshold: 250, sense: 'below', unit: 'ms', verdict: 'pass' } as const;
  expect(observedText({ ...asked, observed: 250.04 })).toBe('250.04 ms');
  expect(observedText({ ...asked, observed: 250 })).toBe('250 ms');
  expect(thresholdText(asked)).toBe('< 250 ms');
  const decided = { threshold: 0.999, sense: 'atLeast', unit: 'share', verdict: 'fail' } as const;
  expect(observedText({ ...decided, observed: 0.998_998 })).toBe('99.8998 %');
  expect(thresholdText(decided)).toBe('≥ 99.9 %');
});

test('a quantile that is not there though something was planned is infinite', () => {
  expect([latency(null, 5), latency(null, 0), latency(12, 5)]).toEqual(['∞', '–', '12 ms']);
});

test('what never came is infinite, and what nobody measured is nothing', () => {
  const asked = { observed: null, threshold: 250, unit: 'ms' } as const;
  expect(observedText({ ...asked, verdict: 'fail' })).toBe('∞');
  expect(observedText({ ...asked, verdict: 'inconclusive' })).toBe('–');
});

test('foreign text stays on one line and cannot steer a terminal', () => {
  expect(plain('a\u001B[31mred\u001B[0m\r\nb\tc')).toBe('a [31mred [0m b c');
  expect(plain('abc\u202Edef\u2066g')).toBe('abcdefg');
  expect(plain('half \uD800 pair')).toBe('half \uFFFD pair');
  expect(plain('तूफ़ान ₹ 🛒')).toBe('तूफ़ान ₹ 🛒');
});

test('lists read like a sentence', () => {
  expect([listed([]), listed(['a']), listed(['a', 'b']), listed(['a', 'b', 'c'])]).toEqual([
    '',
    'a',
    'a and b',
    'a, b and c',
  ]);
});

test('an empty NO_COLOR forbids no colours', () => {
  expect([{}, { NO_COLOR: '' }, { NO_COLOR: '1' }, { NO_COLOR: '0' }].map(wantsColour)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
