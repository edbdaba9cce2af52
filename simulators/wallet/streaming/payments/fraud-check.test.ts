import { describe, expect, it } from 'vitest';
import type { Asked } from '../../../worker/ask.ts';
import { Breaker } from '../../../worker/breaker.ts';
import type { Payment } from '../../shared/wire.ts';
import { CrisisMode } from './crisis-mode.ts';
import { FraudCheck } from './fraud-check.ts';

const payment = (op: number, device = 'android-1'): Payment => ({
  kind: 'payment',
  op,
  payer: 'u1',
  payee: 'm1',
  paise: 100,
  device,
  premium: false,
});
const scores = (...list: readonly number[]): Asked => ({
  outcome: 'answered',
  body: list.map((score, i) => ({ id: String(i + 1), score })),
});

/** A check whose service gives this answer; `asked` counts the calls. */
function checkWith(answer: Asked, said = 'auto', enterAbove = 1_000) {
  const calls = { asked: 0 };
  const check = new FraudCheck({
    asker: {
      ask: () => {
        calls.asked++;
        return Promise.resolve(answer);
      },
    },
    breaker: new Breaker('fraud', { failures: 2, successes: 1, recoverAfterMs: 60_000 }),
    load: new CrisisMode({ enterAbove, leaveBelow: 1, leaveAfterMs: 1_000, windowMs: 1_000 }),
    crisis: () => said,
    onError: () => {},
  });
  return { check, calls };
}

describe('whether a payment is fraud', () => {
  it('is what the service scores above 0.8', async () => {
    const { check } = checkWith(scores(0.8, 0.81, 0.1));
    const judged = await check.judge([payment(1), payment(2), payment(3)]);
    expect(judged).toEqual({ degraded: false, fraud: new Set([2]) });
  });

  it.each<[string, Asked]>([
    ['does not answer', { outcome: 'unknown', why: 'no answer within 20 ms' }],
    ['refuses', { outcome: 'refused', status: 429, body: {} }],
    ['leaves some out', scores(0.1)],
  ])('goes by the basic rule while the service %s, and soon asks it no more', async (_how, answer) => {
    const { check, calls } = checkWith(answer);
    const payments = [payment(1), payment(2, 'emulator-3')];
    for (let batch = 0; batch < 4; batch++) {
      expect(await check.judge(payments)).toEqual({ degraded: true, fraud: new Set([2]) });
    }
    expect(calls.asked).toBe(2);
  });

  it('goes by the basic rule where the load or a responder says so, and by the service where a responder does', async () => {
    const many = Array.from({ length: 20 }, (_, n) => payment(n + 1));
    const all = scores(...many.map(() => 0.1));
    const tried = [checkWith(all, 'auto', 10), checkWith(all, 'on'), checkWith(all, 'off', 10), checkWith(all, 'auto')];
    const degraded = await Promise.all(tried.map(async ({ check }) => (await check.judge(many)).degraded));
    expect(degraded).toEqual([true, true, false, false]);
  });

  it('asks nobody about no payments', async () => {
    const { check, calls } = checkWith(scores());
    await check.judge([]);
    expect(calls.asked).toBe(0);
  });
});
