/** The HTTP shop in front of a real pipeline: what it answers at the door, and what the log then holds. */
import { describe, expect, it } from 'vitest';
import type { TargetInstance } from '../../harness/target/processes.ts';
import { target } from '../../simulators/inventory/storefront/target.ts';
import { room } from '../../simulators/inventory/storefront/settings.ts';
import { sharedStack } from '../shared-stack.ts';
import { eventually, Rehearsal } from './rehearsal.ts';

const shared = sharedStack(target.needs);

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: Record<string, unknown>;
}

/** A shopper's client for the storefront of a rehearsal. */
class Shopper {
  readonly #base: string;

  constructor({ port }: TargetInstance) {
    this.#base = `http://127.0.0.1:${port}`;
  }

  async get(path: string): Promise<Answer> {
    return answerOf(await fetch(this.#base + path));
  }

  async post(path: string, key: string, body: object): Promise<Answer> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    return answerOf(await fetch(this.#base + path, { method: 'POST', headers, body: JSON.stringify(body) }));
  }

  order(op: number, product: string, quantity = 1, more: object = {}): Promise<Answer> {
    return this.post('/orders', String(op), { product, quantity, ...more });
  }
}

async function answerOf(response: Response): Promise<Answer> {
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body };
}

const told = ({ status, body }: Answer) => `${status} ${String(body['answer'] ?? body['error'])}`;

async function openShop(opening: Record<string, number>) {
  const rehearsal = await Rehearsal.open(shared, target, opening);
  await rehearsal.start({ count: 1 });
  const [instance] = rehearsal.processes.named('storefront');
  const [worker] = rehearsal.processes.named('inventory-worker');
  if (instance === undefined || worker === undefined) throw new Error('the storefront or its worker was not started');
  return { rehearsal, instance, worker, shopper: new Shopper(instance) };
}

/** Operations in the input topics, once per occurrence. */
async function written(rehearsal: Rehearsal): Promise<number[]> {
  const topics = ['order-events', 'cancellation-events'];
  const ends = await rehearsal.log.endOffsets(topics);
  const ranges = [...ends].flatMap(([topic, list]) =>
    list.map((end, partition) => ({ topic, partition, start: 0, end })),
  );
  const ops: number[] = [];
  await rehearsal.log.read(ranges, async (records) => {
    ops.push(...records.flatMap((record) => target.identify(record)?.op ?? []));
  });
  return ops.toSorted((a, b) => a - b);
}

describe('the storefront', () => {
  it('tells what was decided, and the same to who presses twice, writing it once', async () => {
    const { rehearsal, shopper } = await openShop({ p: 3 });
    await using _ = rehearsal;
    expect(told(await shopper.order(4, 'p', 2))).toBe('200 confirmed');
    expect(told(await shopper.order(4, 'p', 2, { press: 2 }))).toBe('200 confirmed');
    const both = await Promise.all([shopper.order(8, 'p', 2), shopper.order(8, 'p', 2, { press: 2 })]);
    expect(both.map(told)).toEqual(['200 sold_out', '200 sold_out']);
    expect(told(await shopper.order(12, 'no-such-product'))).toBe('200 rejected');
    expect(await written(rehearsal)).toEqual([4, 8, 12]);
    expect(await rehearsal.answersTo(4)).toEqual(['confirmed']);
    expect(told(await shopper.get('/orders/4'))).toBe('200 confirmed');
    expect((await shopper.get('/orders/400')).status).toBe(404);
  });

  it('cancels, and knows after a restart what it said before', async () => {
    const { rehearsal, instance, shopper } = await openShop({ p: 3 });
    await using _ = rehearsal;
    await shopper.order(4, 'p', 2);
    expect(told(await shopper.post('/orders/4/cancellation', '9', { product: 'p', quantity: 2 }))).toBe(
      '200 cancelled',
    );
    await instance.stop();
    await instance.start();
    expect(told(await shopper.get('/orders/4'))).toBe('200 confirmed');
    expect(told(await shopper.order(4, 'p', 2, { press: 2 }))).toBe('200 confirmed');
    expect(told(await shopper.post('/orders/4/cancellation', '13', { product: 'p', quantity: 2 }))).toBe('200 refused');
    expect(await rehearsal.balances()).toEqual([{ key: 'p', available: 3, sold: 0, version: 2 }]);
  });

  it('shows products, finds them, and recommends', async () => {
    const { rehearsal, shopper } = await openShop({ 'product-00001': 7, 'product-00002': 0 });
    await using _ = rehearsal;
    const page = { product: 'product-00001', name: 'name of product-00001', category: 'Fashion', pricePaise: 99_00 };
    await eventually(async () =>
      (await shopper.get('/products/product-00001')).body['available'] === 7 ? null : 'no shelf',
    );
    expect(await shopper.get('/products/product-00001')).toMatchObject({
      status: 200,
      body: { ...page, available: 7 },
    });
    expect((await shopper.get('/products/product-00009')).status).toBe(404);
    const { body } = await shopper.get('/search?q=00002%20fashion');
    expect(body['products']).toMatchObject([{ product: 'product-00002', available: 0 }]);
    // An engine that has just started may take longer than a page may.
    await eventually(async () => {
      const recommended = await shopper.get('/products/product-00001/recommendations');
      return recommended.body['cached'] === false ? null : 'the engine does not answer in time';
    });
    const { body: recommended } = await shopper.get('/products/product-00001/recommendations');
    expect(recommended['products']).toEqual(['product-00002', 'product-00003', 'product-00004']);
  });

  it('serves what it can without Redis and without recommendations', async () => {
    const { rehearsal, shopper } = await openShop({ 'product-00001': 7 });
    await using _ = rehearsal;
    await eventually(async () => {
      const { body } = await shopper.get('/products/product-00001/recommendations');
      return body['cached'] === false ? null : 'the engine does not answer in time';
    });
    await rehearsal.dependency('recommendations').kill();
    await shared.stack.parts.get('redis')?.kill();
    try {
      expect(await shopper.get('/products/product-00001')).toMatchObject({ status: 200, body: { available: null } });
      const { status, body } = await shopper.get('/products/product-00001/recommendations');
      expect({ status, body }).toEqual({
        status: 200,
        body: { products: ['product-00002', 'product-00003', 'product-00004'], cached: true },
      });
      expect(told(await shopper.order(4, 'product-00001'))).toBe('200 confirmed');
    } finally {
      await shared.stack.parts.get('redis')?.start();
    }
  });

  it('turns regular shoppers away before premium ones while nothing is decided, and writes nothing of theirs', async () => {
    const { rehearsal, worker, shopper } = await openShop({ p: 5_000 });
    await using _ = rehearsal;
    await worker.freeze();
    const inside = Array.from({ length: room.regular }, (_x, n) => shopper.order(4 * n, 'p'));
    await eventually(async () => ((await written(rehearsal)).length === room.regular ? null : 'not all are inside'));
    const late = await shopper.order(40_000, 'p');
    expect([told(late), late.retryAfter]).toEqual(['503 shed', '1']);
    const premium = shopper.order(40_004, 'p', 1, { premium: true });
    await eventually(async () => ((await written(rehearsal)).includes(40_004) ? null : 'premium is not inside'));
    await worker.thaw();
    const answers = await Promise.all([...inside, premium]);
    // Some may have waited too long meanwhile; they are told so, and later get the decision.
    expect(answers.map(told).filter((one) => one !== '200 confirmed' && one !== '202 pending')).toEqual([]);
    await eventually(async () => (told(await shopper.get('/orders/40004')) === '200 confirmed' ? null : 'undecided'));
    expect(await written(rehearsal)).not.toContain(40_000);
    expect(told(await shopper.order(40_000, 'p', 1, { press: 2 }))).toBe('200 confirmed');
  });

  it('says "not yet" to who waited too long, and then what was decided', async () => {
    const { rehearsal, worker, shopper } = await openShop({ p: 3 });
    await using _ = rehearsal;
    await worker.freeze();
    expect(told(await shopper.order(4, 'p'))).toBe('202 pending');
    expect((await shopper.get('/orders/4')).status).toBe(404);
    await worker.thaw();
    await eventually(async () => (told(await shopper.get('/orders/4')) === '200 confirmed' ? null : 'undecided'));
    expect(await written(rehearsal)).toEqual([4]);
  });

  it('serves whoever is inside when it is told to end, and lets nobody in any more', async () => {
    const { rehearsal, instance, worker, shopper } = await openShop({ p: 3 });
    await using _ = rehearsal;
    await worker.freeze();
    const inside = shopper.order(4, 'p');
    await eventually(async () => ((await written(rehearsal)).includes(4) ? null : 'not written'));
    const stopped = instance.stop();
    await eventually(async () => {
      const outside = await shopper.get('/healthz').catch(() => null);
      return outside === null ? null : 'it still takes connections';
    });
    await worker.thaw();
    expect(told(await inside)).toBe('200 confirmed');
    await stopped;
    expect(instance.logs()).not.toContain('did not stop');
  });

  it('refuses what would be a dead letter, and writes nothing of it', async () => {
    const { rehearsal, shopper } = await openShop({ p: 3 });
    await using _ = rehearsal;
    const refused = [
      ['', { product: 'p', quantity: 1 }],
      ['abc', { product: 'p', quantity: 1 }],
      ['4', { quantity: 1 }],
      ['4', { product: 'p"}', quantity: 1 }],
      ['4', { product: 'p', quantity: 0 }],
      ['4', { product: 'p', quantity: '1' }],
    ] as const;
    for (const [key, body] of refused) expect((await shopper.post('/orders', key, body)).status).toBe(400);
    expect(await written(rehearsal)).toEqual([]);
  });
});
