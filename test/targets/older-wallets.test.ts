import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { target as emergency } from '../../simulators/wallet/emergency/target.ts';
import { target as legacy } from '../../simulators/wallet/legacy-batch/target.ts';
import { sharedStack } from '../shared-stack.ts';
import { eventually, Rehearsal } from './rehearsal.ts';
import { addMoney, pay, refund, register } from './wallet-operations.ts';
import { nightly } from '../nightly.ts';

const shared = sharedStack({
  ...emergency.needs,
  postgres: { ...emergency.needs.postgres, ...legacy.needs.postgres },
});

/** u1 and the merchants are on the first shard, u1000001 on the second, u2000001 and u3000001 on the third. */
const accounts = { u1: 1_000, u2: 500, u1000001: 1_000, u2000001: 1_000, u3000001: 1_000, m1: 300 };

/** Changes a dependency's behaviour, effective at once. */
async function sway(rehearsal: Rehearsal, dependency: string, settings: object): Promise<void> {
  const { port } = rehearsal.dependency(dependency);
  const answer = await fetch(`http://127.0.0.1:${port}/settings`, { method: 'PUT', body: JSON.stringify(settings) });
  expect(answer.status).toBe(200);
}

const balancesOf = async (rehearsal: Rehearsal): Promise<Record<string, number>> =>
  Object.fromEntries((await rehearsal.balances()).map(({ key, available }) => [key, available]));

const deadLetters = async (rehearsal: Rehearsal): Promise<number> =>
  (await rehearsal.records('internal')).filter(({ topic }) => topic === 'dead-letters').length;

/** How often each answer was given. */
async function tally(rehearsal: Rehearsal): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { answer } of await rehearsal.decisions()) counts[answer] = (counts[answer] ?? 0) + 1;
  return counts;
}

/** Waits for a condition while a transaction holds all accounts of a server, and then releases them. */
async function whileAccountsAreLocked(server: string, something: () => Promise<void>): Promise<void> {
  const client = new Client(shared.stack.direct.postgres[server]);
  await client.connect();
  try {
    await client.query('BEGIN; LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE');
    await something();
  } finally {
    await client.end();
  }
}

describe.skipIf(!nightly)('wallet/legacy-batch', () => {
  it('keeps its books while nothing strikes, and pays merchants with the next batch', async () => {
    await using rehearsal = await Rehearsal.open(shared, legacy, accounts);
    // Two hours of story time in three seconds.
    await rehearsal.start({ count: 1, env: { TOOFAN_TIME_SCALE: '2400' } });
    const [toMerchant, toUser, dear] = [pay(1, 'u1', 'm1', 200), pay(2, 'u1', 'u2', 100), pay(3, 'u2', 'm1', 9_999)];
    const [fraud, nobody] = [pay(4, 'u1', 'm1', 1, 'emulator-1'), pay(5, 'u1', 'm9', 1)];
    await rehearsal.send([
      [toMerchant],
      [toUser],
      [dear],
      [fraud],
      [nobody],
      [addMoney(6, 'u2', 50)],
      [register(7, 'u9')],
    ]);
    await rehearsal.drained();
    await rehearsal.send([[toMerchant, 2], [refund(8, toMerchant)], [refund(9, toMerchant)], [register(10, 'u9')]]);
    await rehearsal.drained();
    await eventually(async () => {
      const { m1 } = await balancesOf(rehearsal);
      return m1 === 300 ? null : `m1 has ${m1}`;
    });
    expect(await rehearsal.breaches()).toEqual([]);
    expect(await tally(rehearsal)).toEqual({ success: 5, declined: 2, blocked: 1, rejected: 2, registered: 1 });
    expect(await balancesOf(rehearsal)).toMatchObject({ u1: 900, u2: 650, u9: 0, transit: 0 });
  });

  it('leaves what a merchant is paid under way until the batch has run', async () => {
    await using rehearsal = await Rehearsal.open(shared, legacy, accounts);
    await rehearsal.start({ count: 1 });
    await rehearsal.send([[pay(1, 'u1', 'm1', 200)]]);
    expect(await rehearsal.breaches()).toEqual([
      '200 are left in transit',
      'payment 4 moved [debit u1 -200], not [credit m1 200,debit u1 -200]',
    ]);
  });

  it('lets two payments pass the same look at the balance', async () => {
    await using rehearsal = await Rehearsal.open(shared, legacy, accounts);
    await rehearsal.start({ count: 1 });
    await sway(rehearsal, 'fraud', { latencyMs: 300 });
    await rehearsal.send([[pay(1, 'u1', 'u2', 700)], [pay(2, 'u1', 'u2', 700)]]);
    await rehearsal.drained();
    expect(await tally(rehearsal)).toEqual({ success: 2 });
    expect((await rehearsal.breaches()).map((breach) => breach.replace(/ after .*/, ''))).toEqual(['u1 is at -400']);
  });

  it('tells that it failed where it waited too long, though the bank has paid', async () => {
    await using rehearsal = await Rehearsal.open(shared, legacy, accounts);
    await rehearsal.start({ count: 1 });
    await sway(rehearsal, 'upi-switch', { lateShare: 1, lateByMs: 4_000 });
    await rehearsal.send([[addMoney(1, 'u1', 70)]]);
    expect(await rehearsal.breaches()).toEqual([
      'add_money 5 moved [bank-debit b1 -70], not []',
      'add_money 5 was answered failed',
    ]);
  });

  it('fails whoever waits too long for a connection, and pays when asked again', async () => {
    await using rehearsal = await Rehearsal.open(shared, legacy, { ...accounts, u1: 100_000 });
    await rehearsal.start({ count: 1 });
    await sway(rehearsal, 'fraud', { capacityPerSecond: 40 });
    const many = Array.from({ length: 400 }, (_, n) => pay(n, 'u1', 'u2', 10));
    await rehearsal.send(many.map((one) => [one] as const));
    await rehearsal.drained();
    const { success = 0, failed = 0 } = await tally(rehearsal);
    expect(success + failed).toBe(400);
    expect(failed).toBeGreaterThan(100);
    expect(success).toBeGreaterThan(50);
    await sway(rehearsal, 'fraud', { capacityPerSecond: 10_000 });
    expect(await rehearsal.act('raise-pool')).toBe('legacy-wallet-0: {"poolSize":250}');
    const first = (await rehearsal.decisions()).find(({ answer }) => answer === 'failed');
    const again = many.find(({ op }) => op === first?.op);
    if (again === undefined) throw new Error('nobody failed');
    await rehearsal.send([[again, 2]]);
    await rehearsal.drained();
    expect(await rehearsal.answersTo(again.op)).toEqual(['failed', 'success']);
  });
});

describe.skipIf(!nightly)('wallet/emergency', () => {
  it('pays across shards within the map, and looks at it afterwards', async () => {
    await using rehearsal = await Rehearsal.open(shared, emergency, accounts);
    await rehearsal.start();
    const far = pay(1, 'u1', 'u1000001', 100);
    await rehearsal.send([[far], [pay(2, 'u2000001', 'm1', 50)], [addMoney(3, 'u1', 20)], [register(4, 'u9')]]);
    await rehearsal.drained();
    await rehearsal.send([[refund(5, pay(2, 'u2000001', 'm1', 50))], [refund(6, pay(7, 'u1', 'm1', 5))]]);
    expect(await rehearsal.breaches()).toEqual([]);
    expect(await tally(rehearsal)).toEqual({ success: 4, registered: 1, declined: 1 });
    expect(await balancesOf(rehearsal)).toMatchObject({ u1: 920, u1000001: 1_100, u2000001: 1_000, m1: 300, u9: 0 });
  });

  it('finds no host for anybody from 3,000,000 on: payments fail, new users are lost', async () => {
    await using rehearsal = await Rehearsal.open(shared, emergency, accounts);
    await rehearsal.start();
    const [from, to] = [pay(1, 'u3000001', 'u1', 10), pay(2, 'u1', 'u3000001', 10)];
    await rehearsal.send([[from], [to], [register(3, 'u4000000')]]);
    expect(await rehearsal.breaches()).toEqual([
      'payment 4 was answered failed',
      'payment 8 was answered failed',
      'registration 15 has 0 answers: ',
    ]);
    expect((await rehearsal.decisions()).map(({ reason }) => reason)).toEqual(
      Array.from({ length: 2 }, () => 'u3000001: unknown host shard_0'),
    );
    expect(await deadLetters(rehearsal)).toBe(1);
  });

  it('in crisis mode takes the money first, and then finds no host for whom it is for', async () => {
    await using rehearsal = await Rehearsal.open(shared, emergency, accounts);
    await rehearsal.start();
    expect(await rehearsal.act('raise-pool')).toBe('emergency-wallet-0, emergency-wallet-1: {"poolRaised":true}');
    await rehearsal.act('crisis-mode-on');
    await rehearsal.send([[pay(1, 'u1', 'u3000001', 10)]]);
    expect(await rehearsal.breaches()).toEqual(['payment 4 has 0 answers: ', 'payment 4 moved [debit u1 -10], not []']);
    expect(await deadLetters(rehearsal)).toBe(1);
  });

  it('tells that it failed after 100 ms, and pays when asked again', async () => {
    await using rehearsal = await Rehearsal.open(shared, emergency, accounts);
    await rehearsal.start();
    const payment = pay(1, 'u1', 'u1000001', 10);
    await whileAccountsAreLocked('shard1', async () => {
      await rehearsal.send([[payment]]);
      await rehearsal.drained();
    });
    await rehearsal.send([[payment, 2]]);
    await rehearsal.drained();
    expect((await rehearsal.decisions()).map(({ answer, reason }) => [answer, reason])).toEqual([
      ['failed', 'VALIDATION_TIMEOUT'],
      ['success', 'emergency mode'],
    ]);
  });

  it('pays twice what is sent twice', async () => {
    await using rehearsal = await Rehearsal.open(shared, emergency, accounts);
    await rehearsal.start();
    const payment = pay(1, 'u1', 'm1', 10);
    await rehearsal.send([[payment], [payment, 2]]);
    await rehearsal.drained();
    expect(await balancesOf(rehearsal)).toMatchObject({ u1: 980, m1: 320 });
    expect(await rehearsal.answersTo(payment.op)).toEqual(['success', 'success']);
  });

  it('lets payments that come together pass the same look at the balance', async () => {
    await using rehearsal = await Rehearsal.open(shared, emergency, accounts);
    await rehearsal.send(Array.from({ length: 20 }, (_, n) => [pay(n, 'u1', 'u1000001', 300)] as const));
    await rehearsal.start({ count: 1 });
    await rehearsal.drained();
    expect((await balancesOf(rehearsal))['u1']).toBeLessThan(0);
  });

  it('in crisis mode blocks fraud when its money has moved, and nobody looks at what went through', async () => {
    await using rehearsal = await Rehearsal.open(shared, emergency, accounts);
    await rehearsal.start();
    await rehearsal.act('crisis-mode-on');
    await rehearsal.send([
      [pay(1, 'u1', 'u2', 10, 'emulator-1')],
      [pay(2, 'u1', 'u2', 20)],
      [pay(3, 'u2', 'u1', 9_999)],
    ]);
    expect(await rehearsal.breaches()).toEqual([
      '8 was let through and never reviewed',
      'payment 4 moved [credit u2 10,debit u1 -10], not []',
    ]);
    expect(await tally(rehearsal)).toEqual({ blocked: 1, success: 1, declined: 1 });
  });

  it('in crisis mode keeps going after a batch that failed, which nobody hears of again', async () => {
    await using rehearsal = await Rehearsal.open(shared, emergency, accounts);
    await rehearsal.start();
    await rehearsal.act('crisis-mode-on');
    await sway(rehearsal, 'fraud', { latencyMs: 4_000 });
    await rehearsal.send([[pay(1, 'u1', 'u2', 10)]]);
    await rehearsal.drained();
    await sway(rehearsal, 'fraud', { latencyMs: 5 });
    await rehearsal.send([[pay(2, 'u1', 'u2', 20)]]);
    await rehearsal.drained();
    expect((await rehearsal.decisions()).map(({ op, answer }) => [op, answer])).toEqual([[8, 'success']]);
    expect(await balancesOf(rehearsal)).toMatchObject({ u1: 970, u2: 530 });
  });
});
