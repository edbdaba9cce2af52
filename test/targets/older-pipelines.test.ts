import { describe, expect, it } from 'vitest';
import { target as legacy } from '../../simulators/inventory/legacy-batch/target.ts';
import { target as hotfix } from '../../simulators/inventory/optimistic-hotfix/target.ts';
import { sharedStack } from '../shared-stack.ts';
import { cancellation, giveBack, order, restock } from './operations.ts';
import { Rehearsal } from './rehearsal.ts';
import { nightly } from '../nightly.ts';

const shared = sharedStack(hotfix.needs);

describe.skipIf(!nightly)('inventory/legacy-batch', () => {
  it('sells what its shelf shows until the next sync, and books all of it', async () => {
    await using rehearsal = await Rehearsal.open(shared, legacy, { p: 2 });
    await rehearsal.start({ count: 1 });
    await rehearsal.send(Array.from({ length: 10 }, (_, n) => [order(n, 'p')] as const));
    await rehearsal.drained();
    expect((await rehearsal.decisions()).map(({ answer }) => answer)).toEqual(
      Array.from({ length: 10 }, () => 'confirmed'),
    );
    expect(await rehearsal.balances()).toEqual([{ key: 'p', available: -8, sold: 10, version: 10 }]);
    expect(await rehearsal.shelf()).toEqual(new Map([['p', 2]]));
  });

  it('shows what is left after a sync', async () => {
    await using rehearsal = await Rehearsal.open(shared, legacy, { p: 5, q: 1 });
    // 30 minutes of story time in a second.
    await rehearsal.start({ count: 1, env: { TOOFAN_TIME_SCALE: '1800' } });
    const bought = order(1, 'p', 2);
    await rehearsal.send([[bought], [order(2, 'p', 2)], [order(3, 'q')], [restock(4, 'q', 3)]]);
    await rehearsal.drained();
    await rehearsal.send([[cancellation(5, bought)]]);
    await rehearsal.drained();
    await expect
      .poll(() => rehearsal.shelf(), { timeout: 10_000 })
      .toEqual(
        new Map([
          ['p', 3],
          ['q', 3],
        ]),
      );
    expect(await rehearsal.breaches()).toEqual([]);
  });
});

describe.skipIf(!nightly)('inventory/optimistic-hotfix', () => {
  it('goes back on what the shelf promised, and does not go below zero', async () => {
    await using rehearsal = await Rehearsal.open(shared, hotfix, { p: 2 });
    const orders = Array.from({ length: 10 }, (_, n) => order(n, 'p'));
    // All in one batch of the shop: it sees the same shelf for each.
    await rehearsal.send(orders.map((one) => [one] as const));
    await rehearsal.start({ count: 1 });
    await rehearsal.drained();
    const answers = await Promise.all(orders.map(({ op }) => rehearsal.answersTo(op)));
    expect(answers.every(([first]) => first === 'confirmed')).toBe(true);
    expect(answers.filter(([, second]) => second === 'revoked')).toHaveLength(8);
    expect(await rehearsal.balances()).toEqual([{ key: 'p', available: 0, sold: 2, version: 2 }]);
    expect((await rehearsal.effects()).map(({ delta }) => delta)).toEqual([-1, -1]);
  });

  it('keeps its books: what is sold, given back and restocked, once each', async () => {
    await using rehearsal = await Rehearsal.open(shared, hotfix, { p: 50 });
    await rehearsal.start({ count: 2 });
    const orders = Array.from({ length: 12 }, (_, n) => order(n, 'p', 1 + (n % 3)));
    await rehearsal.send(orders.map((one) => [one] as const));
    await rehearsal.drained();
    // Different topics meet on one row, which is what the version check is for.
    await rehearsal.send([
      ...orders.slice(0, 4).map((one, n) => [cancellation(100 + n, one)] as const),
      ...orders.slice(2, 6).map((one, n) => [giveBack(100 + n, one)] as const),
      ...orders.slice(0, 4).map((_, n) => [restock(100 + n, 'p', 2)] as const),
      ...orders.slice(0, 6).map((_, n) => [order(200 + n, 'p')] as const),
    ]);
    expect(await rehearsal.breaches()).toEqual([]);
  });
});
