import { describe, expect, test } from 'vitest';

import { credit, debit, payment, wallet } from './a-wallet.ts';
import { invariantOf } from './judged.ts';
import { judging } from './judging.ts';

const unversioned = (...legs: readonly object[]) => legs.map((leg) => ({ ...leg, version: null }));

describe('a counterexample stands beside what is not known', () => {
  const { convicts } = judging('no-negative-balance');
  convicts(
    'a balance below zero of an account whose changes carry no version',
    wallet([payment(1, 'success', unversioned(debit(1_500), credit(700, 'u1')), { paise: 1_500 })], {
      left: { u1: -5 },
    }),
    { key: 'u1' },
  );
  convicts(
    'changes that leave less than nothing in whatever order they came',
    wallet([payment(1, 'success', unversioned(debit(1_500), credit(200, 'u1')))], { left: { u1: 0 } }),
    { key: 'u1', harm: 300, detail: 'down to −₹3, in any order of its changes' },
  );
  convicts(
    'one account below zero beside another that may have been',
    wallet([
      payment(1, 'success', unversioned(debit(1_500), credit(9_000, 'u1'))),
      payment(2, 'success', [debit(1_200, 'u2')]),
    ]),
    { key: 'u2', harm: 200 },
  );
  const transit = { opening: { u1: 1_000, m1: 1_000, transit: 0 }, left: { transit: -300 }, audits: ['shard-0'] };
  judging('money-conserved').convicts(
    'what is left in transit, with an audit that was never sampled',
    wallet([payment(1, 'success')], transit),
    { key: 'transit', harm: 300 },
  );
});

/** From a pipeline that counts no versions: each at its own time, all with one version. */
const of = (version: number, ...legs: readonly object[]) => legs.map((leg) => ({ ...leg, version }));
const at = (ms: number, answer = 'success') => ({ at: ms - 1, answers: [[answer, ms] as const] });
describe('changes of one version at several times', () => {
  test('do not show that an account was never below zero', async () => {
    const spent = payment(1, 'success', of(1, debit(1_500)), { paise: 1_500, ...at(10) });
    const came = payment(2, 'success', of(1, credit(600, 'u1')), { paise: 600, ...at(20) });
    expect(await invariantOf('no-negative-balance', wallet([spent, came]))).toMatchObject({
      verdict: 'inconclusive',
      detail: 'changes that share a version at several times on 1 accounts that may have been below zero',
    });
    const enough = payment(1, 'success', of(1, debit(900)), { paise: 900, ...at(10) });
    expect(await invariantOf('no-negative-balance', wallet([enough, came]))).toMatchObject({ verdict: 'pass' });
    const owing = payment(2, 'success', of(1, credit(400, 'u1')), { paise: 400, ...at(20) });
    expect(await invariantOf('no-negative-balance', wallet([spent, owing]))).toMatchObject({ verdict: 'fail' });
  });
  test('do not show that a purse was full when it was declined', async () => {
    const emptied = payment(1, 'success', of(1, debit(1_000)), { paise: 1_000, ...at(1_000) });
    const declined = payment(2, 'declined', [], at(6_000, 'declined'));
    const came = payment(3, 'success', of(1, credit(500, 'u1')), { paise: 500, ...at(20_000) });
    expect(await invariantOf('no-false-decline', wallet([emptied, declined, came]))).toMatchObject({
      verdict: 'inconclusive',
      detail: expect.stringContaining('1 of 1 declines could not be judged'),
    });
  });
});

describe('no opening and no closing balances', () => {
  test.each(['money-conserved', 'ledger-equals-balance', 'no-negative-balance'])('leave %s open', async (name) => {
    const unopened = wallet([payment(1, 'success')], { opening: {}, left: { u1: 900, m1: 1_100 } });
    expect(await invariantOf(name, unopened)).toMatchObject({ verdict: 'inconclusive', violations: 0 });
  });
  test.each(['money-conserved', 'ledger-equals-balance'])(
    'leave %s open where there are none in the end',
    async (name) => {
      const unclosed = wallet([payment(1, 'success')], { opening: { u1: 1_000 }, left: { u1: null } });
      expect(await invariantOf(name, unclosed)).toMatchObject({ verdict: 'inconclusive', violations: 0 });
    },
  );
});
