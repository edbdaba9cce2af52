import { describe, expect, it } from 'vitest';
import type { Claimed } from './books.ts';
import type { Asked, Postponed } from './services.ts';
import { backIntoQueue } from './work.ts';

const claimed = (failures: number): Claimed => ({
  op: 1,
  applicant: 'a1',
  form: {
    aadhaarName: '',
    panName: '',
    bankName: '',
    aadhaar: '',
    pan: '',
    phone: '',
    address: '',
    pincode: '',
    selfie: '',
  },
  checks: {},
  failures,
  decided: null,
});
const asked: Asked = {
  checks: { aadhaar: { valid: true, photo: 'face-1' } },
  paid: [{ service: 'aadhaar', paise: 50 }],
  postponed: null,
};
const postponed = (why: Postponed['why'], forMs = 0): Postponed => ({ why, service: 'pan', forMs });
const dueIn = (failures: number, why: Postponed['why'], forMs = 0) => {
  const { next } = backIntoQueue(claimed(failures), asked, postponed(why, forMs));
  return 'dueInMs' in next ? next.dueInMs : null;
};

describe('back into the queue', () => {
  it('keeps what was answered, and what it cost', () => {
    expect(backIntoQueue(claimed(0), asked, postponed('failed'))).toMatchObject({
      op: 1,
      checks: asked.checks,
      paid: asked.paid,
      failures: 1,
    });
  });

  it('waits twice as long after each failure, up to a bound, never all for the same time', () => {
    for (const [failures, most] of [
      [0, 200],
      [1, 400],
      [2, 800],
      [6, 5_000],
    ] as const) {
      const waits = Array.from({ length: 50 }, () => dueIn(failures, 'failed') ?? 0);
      expect(Math.max(...waits)).toBeLessThanOrEqual(most);
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(most / 2);
      expect(new Set(waits).size).toBeGreaterThan(10);
    }
  });

  it('asks a person after the eighth failure', () => {
    expect(dueIn(6, 'failed')).not.toBe(null);
    expect(backIntoQueue(claimed(7), asked, postponed('failed')).next).toEqual({
      verdict: { answer: 'review', confidence: null, reason: 'pan could not be asked' },
    });
  });

  it('counts no refusal and no open breaker as a failure, however often they come', () => {
    expect(backIntoQueue(claimed(7), asked, postponed('limited'))).toMatchObject({
      failures: 7,
      next: { dueInMs: 300 },
    });
    expect(backIntoQueue(claimed(7), asked, postponed('breaker', 740))).toMatchObject({
      failures: 7,
      next: { dueInMs: 740 },
    });
  });
});
