import type { Row } from '../../harness/history/schema.ts';
import type { SmallHistory, SmallOp } from './a-history.ts';

/** A wallet's small history: two users and a merchant with ₹10 each. */
export const wallet = (ops: readonly SmallOp[], more: SmallHistory = {}): SmallHistory => ({
  domain: 'wallet',
  opening: { u1: 1_000, u2: 1_000, m1: 1_000 },
  ops,
  ...more,
});

type Leg = Partial<Row<'effects'>>;
export const debit = (paise = 100, key = 'u1'): Leg => ({ leg: 'debit', key, delta: -paise });
export const credit = (paise = 100, key = 'm1'): Leg => ({ leg: 'credit', key, delta: paise });
export const bankDebit = (paise = 100): Leg => ({ leg: 'bank-debit', store: 'bank', key: 'b1', delta: -paise });
export const bankReversal = (paise = 100): Leg => ({ leg: 'bank-reversal', store: 'bank', key: 'b1', delta: paise });
export const review = (): Leg => ({ leg: 'review', delta: 0 });

/** Sent at 0 ms and answered at 5 ms; default `legs`: the effects of its answer. */
type Asked = (op: number, answer?: string, legs?: readonly Leg[], more?: Partial<SmallOp>) => SmallOp;
const asked =
  (what: Partial<SmallOp>): Asked =>
  (op, answer, legs, more = {}) => ({
    op,
    at: 0,
    ...what,
    ...(answer === undefined ? {} : { answers: [[answer, 5]] }),
    ...(legs === undefined ? {} : { legs }),
    ...more,
  });

/** ₹1 from u1 to m1. */
export const payment = asked({});
/** ₹1 from b1 to u1. */
export const addMoney = asked({ kind: 'add_money', key: 'u1', otherKey: 'b1' });
export const refund = (of: number): Asked => asked({ kind: 'refund', key: 'm1', otherKey: 'u1', of });
