import type { Operation } from '../../harness/domains/domain.ts';

const operation = (
  op: number,
  kind: string,
  [key, otherKey]: readonly [string, string | null],
  amountPaise: number,
  over: Partial<Operation> = {},
): Operation => ({
  op,
  kind,
  subjectOp: null,
  key,
  otherKey,
  quantity: 1,
  amountPaise,
  class: 'regular',
  detail: { device: 'android-1' },
  ...over,
});

/** Payment number `n`; its op is `4 n`. */
export const pay = (n: number, payer: string, payee: string, paise: number, device = 'android-1'): Operation =>
  operation(4 * n, 'payment', [payer, payee], paise, { detail: { device } });
export const addMoney = (n: number, wallet: string, paise: number): Operation =>
  operation(4 * n + 1, 'add_money', [wallet, wallet.replace('u', 'b')], paise);
export const refund = (n: number, of: Operation): Operation =>
  operation(4 * n + 2, 'refund', [String(of.otherKey), of.key], of.amountPaise, { subjectOp: of.op });
export const register = (n: number, user: string): Operation =>
  operation(4 * n + 3, 'registration', [user, null], 0, { detail: { name: 'Asha', phone: '98', city: 'Pune' } });
