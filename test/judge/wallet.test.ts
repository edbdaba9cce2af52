import { describe } from 'vitest';

import type { SmallHistory, SmallOp } from './a-history.ts';
import { judging, order as payment } from './judging.ts';

const wallet = (ops: readonly SmallOp[], more: SmallHistory = {}): SmallHistory => ({
  domain: 'wallet',
  opening: { u1: 1_000, u2: 1_000, m1: 1_000 },
  ops,
  ...more,
});

describe('one-effect-per-payment', () => {
  const { acquits, convicts } = judging('one-effect-per-payment');
  acquits('a payment that succeeded', wallet([payment(1, 0, 'success', 5)]));
  convicts(
    'a payment that was told failed and moved, before all else',
    wallet([
      payment(1, 0, 'failed', 5, {
        legs: [
          { leg: 'debit', delta: -100 },
          { leg: 'credit', key: 'm1', delta: 100 },
        ],
      }),
      payment(2, 0, 'success', 5, { paise: 1_23_456_78, legs: [] }),
    ]),
    { ops: [1], detail: 'TOLD FAILED, AND THE MONEY MOVED: payment of ₹1, ₹1 left u1 and ₹1 reached m1' },
    2,
  );
});
