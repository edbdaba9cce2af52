import { scoreOf } from './fraud-score.ts';
import type { ScoredPayment } from './fraud-score.ts';
import { serveDependency } from './serve-dependency.ts';

/**
 * The fraud service: `POST /score [{ id, payer, payee, paise, device }]` returns `[{ id, score }]`, from 0 to 1; above 0.8 is
 * fraud. An answer takes less than 20 ms if there is capacity (source 246), which is 500 payments per second (source 4338); each
 * payment counts, however many a request holds.
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
