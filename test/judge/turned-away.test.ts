import { describe, expect, test } from 'vitest';

import { requestsShed } from '../../harness/judge/objectives/index.ts';
import { shopDenials } from '../../scenarios/shop-denials.ts';
import type { SmallHistory, SmallOp } from './a-history.ts';
import { objectiveOf } from './judged.ts';
import { order } from './judging.ts';

const orders = (count: number, of: (n: number) => Partial<SmallOp>): SmallHistory => ({
  opening: { p: 10_000 },
  ops: Array.from({ length: count }, (_, n) => order(n + 1, n, undefined, 0, of(n))),
});
const answered = (n: number, answer: string): Partial<SmallOp> => ({ answers: [[answer, n + 1]] });
const atTheDoor = (n: number): Partial<SmallOp> => ({ absent: true, outcome: 'failed', told: [[1, 'shed', n + 1]] });
const silent: Partial<SmallOp> = { absent: true, outcome: 'indeterminate' };

describe('orders that are turned away', () => {
  test.each(['shed', 'rejected', 'banana'])('nine in ten %s miss the bound of every sale', async (answer) => {
    const small = orders(400, (n) => answered(n, n % 10 === 0 ? 'confirmed' : answer));
    expect(await objectiveOf(shopDenials, small)).toMatchObject({ verdict: 'fail', observed: 0.9, evidence: 400 });
  });

  test('a shop that sells, and says so where it has sold out, meets it', async () => {
    const small = orders(400, (n) => answered(n, n % 2 === 0 ? 'confirmed' : 'sold_out'));
    expect(await objectiveOf(shopDenials, small)).toMatchObject({ verdict: 'pass', observed: 0 });
  });

  test('visitors who were told so at the door count', async () => {
    const small = orders(400, (n) => (n % 10 === 0 ? answered(n, 'confirmed') : atTheDoor(n)));
    expect(await objectiveOf(shopDenials, small)).toMatchObject({ verdict: 'fail', observed: 0.9 });
  });

  test.each([503, 429, 400, 404])('visitors who got a bare %s count', async (status) => {
    const small = orders(400, (n) => (n % 10 === 0 ? answered(n, 'confirmed') : silent));
    const requests = (small.ops ?? []).flatMap(({ op, absent }) =>
      absent === true ? [{ op, attempt: 1, request: 'order', status }] : [],
    );
    expect(await objectiveOf(shopDenials, { ...small, requests })).toMatchObject({ verdict: 'fail', observed: 0.9 });
  });

  test('nothing answered is no evidence', async () => {
    expect(
      await objectiveOf(
        shopDenials,
        orders(400, () => ({})),
      ),
    ).toMatchObject({ verdict: 'inconclusive' });
  });
});

test.each([
  [503, 'to nearly all', 360, 'fail'],
  [429, 'to nearly all', 360, 'fail'],
  [503, 'to nobody', 0, 'pass'],
] as const)('a shop that answers %s %s', async (status, _, shed, verdict) => {
  const requests = Array.from({ length: 400 }, (__, n) => ({ request: 'browse', status: n < shed ? status : 200 }));
  const small = { ...orders(1, () => answered(0, 'confirmed')), requests };
  expect(await objectiveOf(requestsShed({ below: 0.01 }), small)).toMatchObject({ verdict, evidence: 400 });
});
