import { scoreOf } from './fraud-score.ts';
import type { ScoredPayment } from './fraud-score.ts';
import { serveDependency } from './serve-dependency.ts';

/**
 * The fraud service: `POST /score [{ id, payer, payee, paise, device }]` gives `[{ id, score }]`, from 0 to 1; above 0.8 is
 * fraud. An answer takes less than 20 ms when there is room (source 246), and 500 payments a second are what it was built
 * for (source 4338); a payment is a unit, however many a request holds.
 */
serveDependency({
  settings: { latencyMs: 8, capacityPerSecond: 500 },
  units: ({ body }) => (Array.isArray(body) ? body.length : 1),
  answer({ method, path, body }) {
    if (method !== 'POST' || path !== '/score')
      return { status: 404, body: { error: `no such route: ${method} ${path}` } };
    if (!Array.isArray(body)) throw new RangeError('must be a list of payments');
    return { body: body.map((payment: unknown) => scored(payment)) };
  },
});

function scored(payment: unknown): { readonly id: string; readonly score: number } {
  const { id, device, paise } = (payment ?? {}) as Partial<ScoredPayment>;
  if (typeof id !== 'string' || typeof device !== 'string' || typeof paise !== 'number')
    throw new RangeError('a payment needs an id, a device and an amount in paise');
  return { id, score: scoreOf({ id, device, paise }) };
}
