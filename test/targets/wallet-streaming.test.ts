import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { target } from '../../simulators/wallet/streaming/target.ts';
import { sharedStack } from '../shared-stack.ts';
import { walletFlow } from './flow.ts';
import { eventually, Rehearsal } from './rehearsal.ts';
import { addMoney, pay, refund, register } from './wallet-operations.ts';
import { nightly } from '../nightly.ts';

const shared = sharedStack(target.needs);

/** u0, u3 and m3 are on one shard, u1 and m1 on the next, m2 on the third, u3000001 on the second. */
const accounts = { u0: 1_000, u3: 0, u1: 500, u3000001: 100, m1: 0, m2: 0, m3: 0 };

/** Changes a dependency's behaviour, effective at once. */
async function sway(rehearsal: Rehearsal, dependency: string, settings: object): Promise<void> {
  const { port } = rehearsal.dependency(dependency);
  const answer = await fetch(`http://127.0.0.1:${port}/settings`, { method: 'PUT', body: JSON.stringify(settings) });
  expect(answer.status).toBe(200);
}

const balancesOf = async (rehearsal: Rehearsal): Promise<Record<string, number>> =>
  Object.fromEntries((await rehearsal.balances()).map(({ key, available }) => [key, available]));

describe('wallet/streaming', () => {
  it('pays within a shard and across shards, and what comes again moves nothing', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, accounts);
    await rehearsal.start();
    const [near, far] = [pay(1, 'u0', 'm3', 100), pay(2, 'u0', 'm1', 200)];
    await rehearsal.send([[near], [near, 2], [far], [pay(3, 'u3000001', 'u3', 60)]]);
    await rehearsal.drained();
    await rehearsal.send([
      [far, 2],
      [near, 2],
    ]);
    expect(await rehearsal.breaches()).toEqual([]);
    expect(await rehearsal.answersTo(near.op)).toEqual(['success', 'success', 'success']);
    expect(await rehearsal.answersTo(far.op)).toEqual(['success', 'success']);
    expect(await balancesOf(rehearsal)).toMatchObject({ u0: 700, m3: 100, m1: 200, u3000001: 40, u3: 60 });
  });

  it('pays no more than is there, whoever asks for it at the same time', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, accounts);
    await rehearsal.start();
    const merchants = ['m1', 'm2', 'm3'];
    const many = Array.from({ length: 60 }, (_, n) => pay(n, n % 2 === 0 ? 'u0' : 'u1', String(merchants[n % 3]), 30));
    await rehearsal.send(many.map((one) => [one] as const));
    expect(await rehearsal.breaches()).toEqual([]);
    const answers = Map.groupBy(await rehearsal.decisions(), ({ key, answer }) => `${key} ${answer}`);
    expect(Object.fromEntries([...answers].map(([what, { length }]) => [what, length]))).toEqual({
      'u0 success': 30,
      'u1 success': 16,
      'u1 declined': 14,
    });
  });

  it('blocks fraud and rejects what names no account', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, accounts);
    await rehearsal.start();
    const fraud = pay(1, 'u0', 'm1', 10, 'emulator-0');
    await rehearsal.send([[fraud], [pay(2, 'u0', 'm99', 10)], [pay(3, 'u99', 'm1', 10)], [pay(4, 'u0', 'u0', 10)]]);
    expect(await rehearsal.breaches()).toEqual([]);
    expect((await rehearsal.decisions()).toSorted((a, b) => a.op - b.op)).toMatchObject([
      { op: 4, answer: 'blocked' },
      { op: 8, answer: 'rejected', reason: 'no such account' },
      { op: 12, answer: 'rejected' },
      { op: 16, answer: 'rejected' },
    ]);
    const aside = (await rehearsal.records('internal')).filter(({ topic }) => topic === 'blocked-transactions');
    expect(aside.map(({ value }) => JSON.parse(String(value)))).toMatchObject([{ op: fraud.op, payer: 'u0' }]);
  });

  it('refunds a payment once, to whom it was paid by, and when the merchant can', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, accounts);
    await rehearsal.start();
    const [near, far, poor] = [pay(1, 'u0', 'm3', 100), pay(2, 'u0', 'm1', 200), pay(3, 'u1', 'm2', 50)];
    await rehearsal.send([[near], [far], [poor]]);
    await rehearsal.drained();
    const others = { ...refund(13, far), key: 'm3' };
    await rehearsal.send([[refund(10, near)], [refund(11, near)], [refund(12, far)], [refund(12, far), 2], [others]]);
    await rehearsal.drained();
    // A refund has given m2's income to u1; nothing is left to refund a payment that m2 never got.
    await rehearsal.send([[refund(14, poor)], [refund(15, pay(99, 'u1', 'm2', 5))]]);
    expect(await rehearsal.breaches()).toEqual([]);
    const told = async (n: number) => new Set(await rehearsal.answersTo(4 * n + 2));
    expect(await Promise.all([10, 11, 12, 13, 14, 15].map(told))).toEqual(
      ['success', 'declined', 'success', 'declined', 'success', 'declined'].map((answer) => new Set([answer])),
    );
    expect(await balancesOf(rehearsal)).toMatchObject({ u0: 1_000, u1: 500, m1: 0, m2: 0, m3: 0 });
  });

  it('lets a refund wait for the payment that it overtook', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, accounts);
    await rehearsal.start();
    const workers = rehearsal.processes.named('payment-worker');
    await Promise.all(workers.map((one) => one.freeze()));
    const payment = pay(1, 'u0', 'm1', 100);
    await rehearsal.send([[refund(2, payment)], [payment]]);
    // Time in which the refund would be declined if it did not wait.
    await delay(1_000);
    await Promise.all(workers.map((one) => one.thaw()));
    expect(await rehearsal.breaches()).toEqual([]);
    expect(await rehearsal.answersTo(10)).toEqual(['success']);
  });

  it('lets a refund be asked for again that a merchant could not pay', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, accounts);
    await rehearsal.start();
    const [first, second] = [pay(1, 'u0', 'm1', 100), pay(2, 'u0', 'm1', 100)];
    await rehearsal.send([[first], [second]]);
    await rehearsal.drained();
    const [dearer, again] = [{ ...refund(10, first), amountPaise: 100 }, refund(11, first)];
    await rehearsal.query(`UPDATE accounts SET available = available - 150 WHERE account = 'm1'`, 'shard1');
    await rehearsal.query(`UPDATE accounts SET available = available + 150 WHERE account = 'capital'`, 'shard1');
    await rehearsal.send([[dearer]]);
    await rehearsal.drained();
    expect(await rehearsal.answersTo(dearer.op)).toEqual(['declined']);
    await rehearsal.query(`UPDATE accounts SET available = available + 150 WHERE account = 'm1'`, 'shard1');
    await rehearsal.query(`UPDATE accounts SET available = available - 150 WHERE account = 'capital'`, 'shard1');
    await rehearsal.send([[again], [dearer, 2]]);
    expect(await rehearsal.breaches()).toEqual([]);
    expect(await rehearsal.answersTo(dearer.op)).toEqual(['declined', 'declined']);
    expect(await rehearsal.answersTo(again.op)).toEqual(['success']);
  });

  it('opens an account once, and money from a bank and from others comes into it', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, accounts);
    await rehearsal.start();
    const newcomer = register(1, 'u4000001');
    await rehearsal.send([[newcomer], [newcomer, 2], [register(2, 'u0')]]);
    await rehearsal.drained();
    const added = addMoney(3, 'u4000001', 5_000);
    await rehearsal.send([[added], [added, 2], [addMoney(4, 'u77', 1)], [pay(5, 'u0', 'u4000001', 50)]]);
    expect(await rehearsal.breaches()).toEqual([]);
    expect(await rehearsal.answersTo(newcomer.op)).toEqual(['registered', 'registered']);
    expect(await rehearsal.answersTo(11)).toEqual(['rejected']);
    expect(await rehearsal.answersTo(17)).toEqual(['rejected']);
    expect(await balancesOf(rehearsal)).toMatchObject({ u4000001: 5_050 });
  });

  it('puts what it cannot read aside and goes on with the partition', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, accounts);
    await rehearsal.start();
    const poison = ['not json', '{"paymentId":"8","payer":"transit","payee":"m1","paise":5}'];
    await rehearsal.sendRaw(poison.map((value) => ({ topic: 'upi-transactions', key: 'u0', value })));
    await rehearsal.send([[pay(1, 'u0', 'm1', 5)]]);
    expect(await rehearsal.breaches()).toEqual([]);
    const letters = (await rehearsal.records('internal')).filter(({ topic }) => topic === 'dead-letters');
    expect(letters.map(({ value }) => value)).toEqual(poison);
  });
});

describe('wallet/streaming in crisis mode', () => {
  it('goes by the basic rule and reviews whatever it let through', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, accounts);
    await rehearsal.start();
    expect(await rehearsal.act('crisis-mode-on')).toContain('{"crisisMode":"on"}');
    await rehearsal.send([[pay(1, 'u0', 'm1', 5)], [pay(2, 'u0', 'm3', 5)], [pay(3, 'u1', 'm1', 5, 'emulator-9')]]);
    expect(await rehearsal.breaches()).toEqual([]);
    const decisions = (await rehearsal.decisions()).toSorted((a, b) => a.op - b.op);
    expect(decisions.map(({ answer, mode }) => `${answer} ${mode}`)).toEqual([
      'success degraded',
      'success degraded',
      'blocked degraded',
    ]);
    const reviewed = (await rehearsal.effects()).filter(({ leg }) => leg === 'review');
    expect(reviewed.map(({ op }) => op).toSorted((a, b) => a - b)).toEqual([4, 8]);
    await rehearsal.act('crisis-mode-auto');
    // Not necessarily each: on a busy machine 20 ms pass quickly.
    let n = 4;
    await eventually(async () => {
      await rehearsal.send([[pay(n++, 'u0', 'm1', 5)]]);
      await rehearsal.drained();
      const modes = (await rehearsal.decisions()).map(({ mode }) => mode);
      return modes.includes('full') ? null : 'none was looked at by the fraud service';
    });
  });

  it.skipIf(!nightly).each([
    ['down', async (rehearsal: Rehearsal) => rehearsal.dependency('fraud').kill()],
    ['slow', async (rehearsal: Rehearsal) => sway(rehearsal, 'fraud', { latencyMs: 500 })],
    ['failing', async (rehearsal: Rehearsal) => sway(rehearsal, 'fraud', { errorShare: 1 })],
  ])('serves while the fraud service is %s', async (_how, strike) => {
    await using rehearsal = await Rehearsal.open(shared, target, walletFlow.opening);
    await rehearsal.start();
    await walletFlow.send(rehearsal, async (share) => (share === 10 ? strike(rehearsal) : undefined));
    expect(await rehearsal.breaches()).toEqual([]);
    const modes = new Set((await rehearsal.decisions()).map(({ mode }) => mode));
    expect(modes).toContain('degraded');
  });
});

describe.skipIf(!nightly)('wallet/streaming with a bank', () => {
  it('that is slow does not hold up payments', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, accounts);
    await rehearsal.start();
    await sway(rehearsal, 'upi-switch', { latencyMs: 1_500 });
    await rehearsal.send([[addMoney(1, 'u0', 100)]]);
    await rehearsal.send([[pay(2, 'u0', 'm1', 5)]]);
    await eventually(async () => ((await rehearsal.answersTo(8)).length > 0 ? null : 'the payment has no answer'));
    expect(await rehearsal.answersTo(5)).toEqual([]);
    expect(await rehearsal.breaches()).toEqual([]);
    expect(await rehearsal.answersTo(5)).toEqual(['success']);
  });

  it.skipIf(!nightly).each([
    ['answers later than anybody waits', { lateShare: 1, lateByMs: 3_000 }],
    ['takes the money and answers with an error', { errorAfterShare: 1 }],
    ['answers with an error and takes nothing', { errorShare: 1 }],
    ['takes only so much in a second', { rateLimitPerSecond: 3 }],
  ])('that %s is asked what became of it, and the money is there once', async (_how, settings) => {
    await using rehearsal = await Rehearsal.open(shared, target, accounts);
    await rehearsal.start();
    await sway(rehearsal, 'upi-switch', settings);
    const added = Array.from({ length: 8 }, (_, n) => addMoney(n, n % 2 === 0 ? 'u0' : 'u1', 100));
    await rehearsal.send(added.map((one) => [one] as const));
    await sway(rehearsal, 'upi-switch', { lateShare: 0, errorAfterShare: 0, errorShare: 0, rateLimitPerSecond: null });
    await rehearsal.send(added.map((one) => [one, 2] as const));
    expect(await rehearsal.breaches()).toEqual([]);
    expect(await balancesOf(rehearsal)).toMatchObject({ u0: 1_400, u1: 900 });
    expect(await rehearsal.query('SELECT op FROM unsettled', 'shard0')).toEqual([]);
  });

  it('that dies with the money taken is asked again when it is back', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, accounts);
    await rehearsal.start();
    await sway(rehearsal, 'upi-switch', { lateShare: 1, lateByMs: 60_000 });
    await rehearsal.send([[addMoney(1, 'u0', 100)]]);
    const taken = () => rehearsal.query('SELECT id FROM debits WHERE version IS NOT NULL', 'bank');
    await eventually(async () => ((await taken()).length > 0 ? null : 'the bank has taken nothing'));
    const bank = rehearsal.dependency('upi-switch');
    await bank.kill();
    expect(await rehearsal.answersTo(5)).toEqual([]);
    await bank.start();
    expect(await rehearsal.breaches()).toEqual([]);
    expect(await rehearsal.answersTo(5)).toEqual(['success']);
  });
});
