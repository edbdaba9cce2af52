import { describe, expect, it } from 'vitest';
import { crashPoints } from '../../simulators/wallet/streaming/crash-points.ts';
import { target } from '../../simulators/wallet/streaming/target.ts';
import { sharedStack } from '../shared-stack.ts';
import { walletFlow } from './flow.ts';
import { eventually, Rehearsal } from './rehearsal.ts';
import type { Press } from './rehearsal.ts';
import { addMoney, pay, refund, register } from './wallet-operations.ts';
import { nightly } from '../nightly.ts';

const shared = sharedStack(target.needs);

const users = ['u0', 'u1', 'u2', 'u3000001', 'u3000002', 'u3999999'];
const merchants = ['m0', 'm1', 'm2'];
const opening = { ...Object.fromEntries(users.map((user) => [user, 300])), m0: 0, m1: 0, m2: 0 };

/** Payments between every pair of shards, some twice, for more than the payers have; and everything else. */
function presses(): Press[] {
  const payments = Array.from({ length: 60 }, (_, n) =>
    pay(
      n,
      String(users[n % 6]),
      String([...merchants, ...users][(n * 7 + 1) % 9]),
      40 + n,
      n % 17 === 3 ? 'emulator-1' : 'ios-1',
    ),
  ).filter(({ key, otherKey }) => key !== otherKey);
  return payments.flatMap((one, n): Press[] => [
    [one],
    ...(n % 5 === 0 ? [[one, 2] as const] : []),
    ...(n % 6 === 0 && String(one.otherKey).startsWith('m') ? [[refund(100 + n, one)] as const] : []),
    ...(n % 9 === 0 ? [[addMoney(100 + n, one.key, 25)] as const] : []),
    ...(n % 20 === 0 ? [[register(100 + n, `u500000${n}`)] as const] : []),
  ]);
}

const isBanks = (point: string): boolean => point.startsWith('bank-');
/** Where it matters that a review is owed. */
const inCrisis = ['before-commit', 'after-commit', 'after-credits'] as const;

async function expectNothingLost(point: string, crisis: boolean): Promise<void> {
  await using rehearsal = await Rehearsal.open(shared, target, opening);
  await rehearsal.start({ count: 1, restart: false, env: { TOOFAN_CRASH_AT: point } });
  if (crisis) await rehearsal.act('crisis-mode-on');
  const [doomed] = rehearsal.processes.named(isBanks(point) ? 'add-money-worker' : 'payment-worker');
  await rehearsal.send(presses());
  await eventually(async () => (doomed?.pid === undefined ? null : `the worker still lives past ${point}`));
  await rehearsal.start({ count: 1 });
  expect(await rehearsal.breaches()).toEqual([]);
  expect((await rehearsal.decisions()).filter(({ answer }) => answer === 'success').length).toBeGreaterThan(20);
}

describe('a worker that is killed', () => {
  it.skipIf(!nightly).each(crashPoints)('at %s loses nothing and does nothing twice', (point) =>
    expectNothingLost(point, false),
  );
  it.skipIf(!nightly).each(inCrisis)('at %s in crisis mode loses nothing and does nothing twice', (point) =>
    expectNothingLost(point, true),
  );

  it('in the middle of a flow leaves its partitions to the other', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, walletFlow.opening);
    const [first] = await rehearsal.start({ restart: false });
    await walletFlow.send(rehearsal, (share) => (share === 10 ? first?.kill() : undefined));
    expect(await rehearsal.breaches()).toEqual([]);
  });

  it.skipIf(!nightly)('and whose records nobody reads again, has left in the outbox what it owed', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, opening);
    await rehearsal.start({ count: 1, restart: false, env: { TOOFAN_CRASH_AT: 'after-commit' } });
    await rehearsal.act('crisis-mode-on');
    const [doomed] = rehearsal.processes.named('payment-worker');
    await rehearsal.send([[pay(1, 'u0', 'm1', 40)], [pay(2, 'u0', 'm1', 50)]]);
    await eventually(async () => (doomed?.pid === undefined ? null : 'the worker still lives'));
    const owed = await rehearsal.query('SELECT recipient, ops FROM outbox ORDER BY recipient', 'shard0');
    expect(owed).toEqual([-1, 1].map((recipient) => ({ recipient, ops: ['4', '8'] })));
    await rehearsal.stop();
    const state = async () => (await rehearsal.admin.describeGroups(['payments'])).groups[0]?.state;
    await eventually(async () => ((await state()) === 'Empty' ? null : 'the group waits for who died'));
    // As if somebody had skipped them.
    const topic = 'upi-transactions';
    const [ends] = (await rehearsal.log.endOffsets([topic])).values();
    const partitions = (ends ?? []).map((end, partition) => ({ partition, offset: String(end) }));
    await rehearsal.admin.setOffsets({ groupId: 'payments', topic, partitions });
    await rehearsal.start({ count: 1 });
    const creditOf = async () => (await rehearsal.balances()).find(({ key }) => key === 'm1')?.available;
    await eventually(async () => ((await creditOf()) === 90 ? null : `m1 has ${await creditOf()}`));
    const reviews = async () => (await rehearsal.effects()).filter(({ leg }) => leg === 'review').length;
    await eventually(async () => ((await reviews()) === 2 ? null : 'the reviews are not there'));
    expect(await rehearsal.answersTo(4)).toEqual([]);
  });
});

describe('a store that goes away in the middle of a flow', () => {
  const strikes = [
    ['kill', 'start', 'shard1'],
    ['freeze', 'thaw', 'shard2'],
    ['kill', 'start', 'bank'],
  ] as const;
  it.each(strikes)('(%s, %s of %s): nothing is lost or done twice once it is back', async (away, back, store) => {
    await using rehearsal = await Rehearsal.open(shared, target, walletFlow.opening);
    await rehearsal.start();
    const part = shared.stack.parts.get(`postgres:${store}`);
    await walletFlow.send(rehearsal, async (share) => {
      if (share === 10) await part?.[away]();
      if (share === 25) await part?.[back]();
    });
    expect(await rehearsal.breaches()).toEqual([]);
  });
});
