import { expect, it } from 'vitest';
import { isDeliverable, isPan, likeness, photoOf } from './registers.ts';

it('knows whose an Aadhaar number is, and that a slip in any digit makes it nobody’s', () => {
  const number = '200000420000';
  const right = Array.from({ length: 10 }, (_, check) => number.slice(0, 11) + String(check)).filter(
    (one) => photoOf(one) !== null,
  );
  expect(right).toHaveLength(1);
  const [valid = ''] = right;
  expect(photoOf(valid)).toBe('face-42');
  for (let place = 0; place < 12; place++) {
    for (let step = 1; step < 10; step++) {
      const slipped = valid.slice(0, place) + String((Number(valid[place]) + step) % 10) + valid.slice(place + 1);
      expect(photoOf(slipped)).toBeNull();
    }
  }
  expect(photoOf(valid.slice(1))).toBeNull();
});

it('tells a face from another, and a poor picture from both', () => {
  expect(likeness('face-42', 'face-42')).toBeGreaterThan(0.8);
  expect(likeness('face-42', 'face-4')).toBeLessThan(0.5);
  expect(likeness('face-4', 'face-42')).toBeLessThan(0.5);
  expect(likeness('face-42', 'face-42-blurred')).toBe(0.6);
});

it('knows the form of a person’s PAN', () => {
  expect(isPan('ABCPS1234K')).toBe(true);
  expect(isPan('ABCCS1234K')).toBe(false);
  expect(isPan('ABCPS1234')).toBe(false);
});

it('delivers where the address names the city of its pincode', () => {
  expect(isDeliverable('Near Big Temple, 7 Gandhi Road, PUNE, Maharashtra', '411002')).toBe(true);
  expect(isDeliverable('Near Big Temple, 7 Gandhi Road, Pune, Maharashtra', '560001')).toBe(false);
  expect(isDeliverable('Village Khejarla, Rajasthan', '342601')).toBe(true);
  expect(isDeliverable('Pune', '41100')).toBe(false);
});
