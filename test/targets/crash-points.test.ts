import { describe, expect, it } from 'vitest';
import { crashPoints } from '../../simulators/inventory/streaming/crash-points.ts';
import type { CrashPoint } from '../../simulators/inventory/streaming/crash-points.ts';
import { target } from '../../simulators/inventory/streaming/target.ts';
import { sharedStack } from '../shared-stack.ts';
import { flow, opening } from './flow.ts';
import { cancellation, giveBack, order, restock } from './operations.ts';
import { eventually, Rehearsal } from './rehearsal.ts';
import type { Press } from './rehearsal.ts';

const shared = sharedStack(target.needs);

/** Two products, one of them contested, and everything that can happen to an order. */
function presses(): Press[] {
  const orders = Array.from({ length: 60 }, (_, n) => order(n, n % 3 === 0 ? 'rare' : 'plenty', 1 + (n % 3)));
  return orders.flatMap((one, n): Press[] => [
    [one],
    ...(n % 5 === 0 ? [[one, 2] as const] : []),
    ...(n % 7 === 0 ? [[cancellation(100 + n, one)] as const] : []),
    ...(n % 11 === 0 ? [[giveBack(100 + n, one)] as const] : []),
    ...(n % 20 === 0 ? [[restock(100 + n, 'rare', 1)] as const] : []),
  ]);
}

/** What a worker that died there has left: whether its batch is in the books, and whether anybody was told. */
const left: Readonly<Record<CrashPoint, { booked: boolean; told?: boolean; committed?: boolean }>> = {
  read: { booked: false, told: false, committed: false },
  locked: { booked: false, told: false, committed: false },
  'before-commit': { booked: false, told: false, committed: false },
  'after-commit': { booked: true, told: false, committed: false },
  'after-decisions': { booked: true, told: true, committed: false },
  'after-offsets': { booked: true, told: true, committed: true },
  // A cancellation read before its order moves no stock, and is answered: some answers may be out.
  'before-shelf': { booked: true, committed: false },
  // The shelf is written in parallel with the answers: some may be out.
  'after-shelf': { booked: true },
};

describe('a worker that is killed', () => {
  it.each(crashPoints)('at %s loses nothing and does nothing twice', async (point) => {
    await using rehearsal = await Rehearsal.open(shared, target, { rare: 8, plenty: 500 });
    // Ready first: a worker that finds work on joining may be dead before anybody has seen it ready.
    const [doomed] = await rehearsal.start({ count: 1, env: { TOOFAN_CRASH_AT: point } });
    await rehearsal.send(presses());
    await eventually(async () => (doomed?.pid === undefined ? null : `the worker still lives past ${point}`));
    const booked = (await rehearsal.query('SELECT 1 FROM decided')).length > 0;
    const told = (await rehearsal.decisions()).length > 0;
    const committed = (await rehearsal.log.committed('inventory', new Map([['order-events', 4]]))).get('order-events');
    const found = { booked, told, committed: committed?.some((offset) => offset !== null) ?? false };
    expect(found).toMatchObject(left[point]);

    await rehearsal.start({ count: 1 });
    expect(await rehearsal.breaches()).toEqual([]);
    expect((await rehearsal.balances()).every(({ available }) => available >= 0)).toBe(true);
  });

  it('in the middle of a flow leaves its partitions to the other', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, opening);
    const instances = await rehearsal.start({ count: 2 });
    await flow(rehearsal, (share) => (share === 10 ? instances[0]?.kill() : undefined));
    expect(await rehearsal.breaches()).toEqual([]);
  });
});

describe('a rebalance in the middle of a flow', () => {
  it('loses nothing and does nothing twice', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, opening);
    await rehearsal.start({ count: 1 });
    const joining: Promise<unknown>[] = [];
    await flow(rehearsal, (share) => {
      if (share === 5 || share === 15) joining.push(rehearsal.start({ count: 1 }));
    });
    await Promise.all(joining);
    expect(await rehearsal.breaches()).toEqual([]);
  });
});

describe('a store that is killed in the middle of a flow', () => {
  it.each(['postgres:main', 'redis'])('%s: nothing is lost or done twice once it is back', async (name) => {
    await using rehearsal = await Rehearsal.open(shared, target, opening);
    const workers = await rehearsal.start({ count: 2 });
    const pids = workers.map(({ pid }) => pid);
    const part = shared.stack.parts.get(name);
    if (part === undefined) throw new Error(`the stack has no ${name}`);
    await flow(rehearsal, async (share) => {
      if (share === 10) await part.kill();
      if (share === 25) await part.start();
    });
    expect(await rehearsal.breaches()).toEqual([]);
    expect(workers.map(({ pid }) => pid)).toEqual(pids);
  });
});
