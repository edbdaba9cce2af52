import type { Operation } from '../../harness/domains/domain.ts';

const operation = (op: number, kind: string, key: string, quantity: number, subjectOp: number | null): Operation => ({
  op,
  kind,
  subjectOp,
  key,
  otherKey: null,
  quantity,
  amountPaise: 100 * quantity,
  class: 'regular',
  detail: { city: 'Pune', payment: 'upi' },
});

/** Order number `n`; its op is `4 n`. */
export const order = (n: number, key: string, quantity = 1): Operation =>
  operation(4 * n, 'order', key, quantity, null);
export const cancellation = (n: number, of: Operation): Operation =>
  operation(4 * n + 1, 'cancellation', of.key, of.quantity, of.op);
export const giveBack = (n: number, of: Operation): Operation =>
  operation(4 * n + 2, 'return', of.key, of.quantity, of.op);
export const restock = (n: number, key: string, quantity: number): Operation =>
  operation(4 * n + 3, 'restock', key, quantity, null);
