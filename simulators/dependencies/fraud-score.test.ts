import { assert, integer, nat, property } from 'fast-check';
import { expect, it } from 'vitest';
import { scoreOf } from './fraud-score.ts';

const id = nat().map(String);
const paise = integer({ min: 1, max: 10_000_000_000 });

it('is above 0.8 for an emulator and never for anything else, whatever the amount', () => {
  assert(
    property(id, paise, (one, amount) => {
      const byEmulator = scoreOf({ id: one, device: 'emulator-5554', paise: amount });
      expect(byEmulator).toBeGreaterThan(0.8);
      expect(byEmulator).toBeLessThanOrEqual(1);
      const byPhone = scoreOf({ id: one, device: 'android', paise: amount });
      expect(byPhone).toBeGreaterThanOrEqual(0);
      expect(byPhone).toBeLessThanOrEqual(0.8);
    }),
  );
});

it('is the same for the same payment, and rises with the amount', () => {
  const scores = [1_00, 1_000_00, 100_000_00, 10_000_000_00].map((amount) =>
    scoreOf({ id: '42', device: 'android', paise: amount }),
  );
  expect(scores).toEqual(scores.toSorted((a, b) => a - b));
  expect(new Set(scores).size).toBe(3);
  expect(scoreOf({ id: '42', device: 'android', paise: 1_00 })).toBe(scores[0]);
});
