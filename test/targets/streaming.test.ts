import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { target } from '../../simulators/inventory/streaming/target.ts';
import { sharedStack } from '../shared-stack.ts';
import { cancellation, giveBack, order, restock } from './operations.ts';
import { Rehearsal } from './rehearsal.ts';

const shared = sharedStack(target.needs);

describe('inventory/streaming', () => {
  it('allots greedily and answers a double press twice, in one batch', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, { p: 3 });
    const twice = order(1, 'p', 2);
    await rehearsal.send([[twice], [twice, 2], [order(2, 'p', 3)], [order(3, 'p', 1)], [order(4, 'p', 1)]]);
    await rehearsal.start({ count: 1 });
    expect(await rehearsal.breaches()).toEqual([]);
    expect(await rehearsal.answersTo(4)).toEqual(['confirmed', 'confirmed']);
    expect(await rehearsal.answersTo(8)).toEqual(['sold_out']);
    expect(await rehearsal.answersTo(12)).toEqual(['confirmed']);
    expect(await rehearsal.answersTo(16)).toEqual(['sold_out']);
    expect(await rehearsal.balances()).toEqual([{ key: 'p', available: 0, sold: 3, version: 2 }]);
  });

  it('answers an order that its cancellation overtook, and gives back once', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, { p: 5 });
    const [late, bought] = [order(1, 'p', 2), order(2, 'p', 2)];
    await rehearsal.start({ count: 1 });
    await rehearsal.send([[cancellation(10, late)], [giveBack(11, late)], [bought]]);
    await rehearsal.drained();
    await rehearsal.send([[late], [giveBack(12, bought)], [restock(13, 'p', 4)]]);
    await rehearsal.drained();
    await rehearsal.send([[giveBack(12, bought), 2], [giveBack(14, bought)], [cancellation(15, bought)]]);
    expect(await rehearsal.breaches()).toEqual([]);
    expect(await rehearsal.answersTo(late.op)).toEqual(['cancelled_first']);
    expect(await rehearsal.answersTo(41)).toEqual(['cancelled']);
    expect(await rehearsal.answersTo(46)).toEqual(['refused']);
    expect(await rehearsal.answersTo(50)).toEqual(['credited', 'credited']);
    expect(await rehearsal.answersTo(58)).toEqual(['refused']);
    expect(await rehearsal.answersTo(61)).toEqual(['refused']);
    expect(await rehearsal.balances()).toEqual([{ key: 'p', available: 9, sold: 0, version: 3 }]);
  });

  it('puts what it cannot read aside and goes on with the partition', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, { p: 5 });
    const topic = 'order-events';
    const poison = [
      'not json',
      '{"orderId":"4","product":"p","quantity":-1}',
      '{"orderId":"8","product":"\\u0000","quantity":1}',
    ];
    await rehearsal.send([[order(1, 'p')]]);
    await rehearsal.sendRaw(poison.map((value) => ({ topic, key: 'p', value })));
    await rehearsal.send([[order(2, 'p')]]);
    await rehearsal.start({ count: 1 });
    expect(await rehearsal.breaches()).toEqual([]);
    const letters = await rehearsal.records('internal');
    expect(letters.map(({ key, value }) => [key, value])).toEqual(poison.map((value) => ['p', value]));
  });

  it('rejects an order of a product that is not in the books', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, { p: 5 });
    await rehearsal.send([[order(1, 'unheard-of')], [order(2, 'p')]]);
    await rehearsal.start({ count: 1 });
    expect(await rehearsal.breaches()).toEqual([]);
    const rejected = (await rehearsal.decisions()).find(({ op }) => op === 4);
    expect(rejected).toMatchObject({ answer: 'rejected', reason: 'no such product' });
  });

  it('gives the stored answers and moves nothing when everything is delivered again', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, { p: 3, q: 1 });
    const bought = order(1, 'p', 2);
    await rehearsal.start({ count: 1 });
    await rehearsal.send([[bought], [order(2, 'p', 2)], [order(3, 'q')], [order(4, 'q')]]);
    await rehearsal.drained();
    await rehearsal.send([[cancellation(5, bought)]]);
    expect(await rehearsal.breaches()).toEqual([]);
    const [first, books] = [await rehearsal.decisions(), await rehearsal.balances()];
    await rehearsal.stop();
    // Without committed offsets a group starts from the beginning.
    await rehearsal.admin.deleteGroups(['inventory']);
    await rehearsal.start({ count: 1 });
    expect(await rehearsal.breaches()).toEqual([]);
    expect(await rehearsal.decisions()).toHaveLength(2 * first.length);
    expect(await rehearsal.balances()).toEqual(books);
  });

  it('fills an emptied shelf again', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, { p: 3, q: 1 });
    await rehearsal.start({ count: 1 });
    await rehearsal.send([[order(1, 'p')]]);
    expect(await rehearsal.breaches()).toEqual([]);
    const { redis: address } = shared.stack.direct;
    if (address === undefined) throw new Error('the stack has no Redis');
    const redis = new Redis({ ...address });
    await redis.flushall();
    redis.disconnect();
    expect(await rehearsal.breaches()).toEqual([]);
  });
});
