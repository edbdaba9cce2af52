import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { sumOfSeries } from '../../harness/observe/pipeline-metrics.ts';
import type { TargetInstance } from '../../harness/target/processes.ts';
import { poolSize } from '../../simulators/inventory/monolith-2020/settings.ts';
import { target } from '../../simulators/inventory/monolith-2020/target.ts';
import { sharedStack } from '../shared-stack.ts';
import { cancellation, giveBack, order, restock } from './operations.ts';
import { eventually, Rehearsal } from './rehearsal.ts';
import type { Press } from './rehearsal.ts';
import { nightly } from '../nightly.ts';

const shared = sharedStack(target.needs);

const orders = (from: number, count: number, key = 'p'): Press[] =>
  Array.from({ length: count }, (_, n) => [order(from + n, key)]);

/** How often each answer was given, with its reason. */
async function tally(rehearsal: Rehearsal): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { answer, reason } of await rehearsal.decisions()) {
    const name = reason === null ? answer : `${answer}: ${reason}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

async function started(rehearsal: Rehearsal): Promise<{ orderWorker: TargetInstance; etlWorker: TargetInstance }> {
  const [orderWorker, etlWorker] = await rehearsal.start({ count: 1 });
  if (orderWorker?.spec.name !== 'order-worker' || etlWorker?.spec.name !== 'etl-worker')
    throw new Error('the order worker is not the first, or the ETL worker not the second');
  return { orderWorker, etlWorker };
}

/** Waits for a condition while a transaction holds the whole stock, and then releases it. */
async function whileStockIsLocked(something: () => Promise<void>): Promise<void> {
  const client = new Client(shared.stack.direct.postgres['main']);
  await client.connect();
  try {
    await client.query('BEGIN; LOCK TABLE stock IN ACCESS EXCLUSIVE MODE');
    await something();
  } finally {
    await client.end();
  }
}

describe.skipIf(!nightly)('inventory/monolith-2020, while nothing strikes', () => {
  it('answers each operation once and keeps its books and its shelf', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, { p: 3, q: 20 });
    await rehearsal.start();
    const [bought, late] = [order(1, 'p', 2), order(9, 'q')];
    // Its connections race for a product's row, and so do its workers: what must come first is awaited.
    await rehearsal.send([[bought]]);
    await rehearsal.drained();
    await rehearsal.send([[order(2, 'p', 2)], [order(3, 'p', 1)], [cancellation(10, late)], ...orders(20, 5, 'q')]);
    await rehearsal.drained();
    await rehearsal.send([[late], [bought, 2], [order(4, 'p')], [order(4, 'p'), 2]]);
    await rehearsal.drained();
    await rehearsal.send([[giveBack(11, bought)], [restock(12, 'p', 4)]]);
    expect(await rehearsal.breaches()).toEqual([]);
    expect(await rehearsal.answersTo(bought.op)).toEqual(['confirmed', 'confirmed']);
    expect(await rehearsal.answersTo(late.op)).toEqual(['cancelled_first']);
    expect(await rehearsal.answersTo(4 * 4)).toEqual(['sold_out', 'sold_out']);
    await rehearsal.send([[order(5, 'p', 6)], [order(4, 'p'), 3], [giveBack(11, bought), 2]]);
    expect(await rehearsal.breaches()).toEqual([]);
    expect(await rehearsal.answersTo(5 * 4)).toEqual(['confirmed']);
    expect(await rehearsal.answersTo(4 * 4)).toEqual(['sold_out', 'sold_out', 'sold_out']);
  });

  it('gives the stored answers and moves nothing when everything is delivered again', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, { p: 5 });
    const { orderWorker } = await started(rehearsal);
    await rehearsal.send([...orders(1, 8), [order(9, 'unheard-of')]]);
    expect(await rehearsal.breaches()).toEqual([]);
    const [first, books] = [await rehearsal.decisions(), await rehearsal.balances()];
    await orderWorker.kill();
    await eventually(async () =>
      rehearsal.admin.deleteGroups(['monolith-2020']).then(
        () => null,
        (error: Error) => error.message,
      ),
    );
    await orderWorker.start();
    await eventually(async () =>
      (await rehearsal.decisions()).length === 2 * first.length ? null : 'not all came again',
    );
    expect(await rehearsal.breaches()).toEqual([]);
    expect(await tally(rehearsal)).toEqual({ confirmed: 10, sold_out: 8 });
    expect(await rehearsal.balances()).toEqual(books);
  });
});

describe.skipIf(!nightly)('inventory/monolith-2020, while recommendations are down', () => {
  it('rejects every order, and says the same when it comes again', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, { p: 10 });
    await rehearsal.start({ count: 1 });
    await rehearsal.dependency('recommendations').kill();
    await rehearsal.send(orders(1, 4));
    await rehearsal.drained();
    expect(await tally(rehearsal)).toEqual({ 'rejected: recommendations': 4 });
    await rehearsal.dependency('recommendations').start();
    await rehearsal.send([[order(1, 'p'), 2], [order(5, 'p')]]);
    expect(await rehearsal.breaches()).toEqual([]);
    expect(await rehearsal.answersTo(4)).toEqual(['rejected', 'rejected']);
    expect(await rehearsal.answersTo(20)).toEqual(['confirmed']);
  });

  it('sells with cached ones, and in the simplified pipeline, in few transactions', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, { p: 1_000 });
    await rehearsal.start({ count: 1 });
    await rehearsal.dependency('recommendations').kill();
    expect(await rehearsal.act('cached-recommendations')).toBe('order-worker-0: {"cachedRecommendations":true}');
    await rehearsal.send(orders(1, 150));
    await rehearsal.drained();
    const transactions = 'SELECT count(DISTINCT xmin::text)::int AS n FROM decided';
    expect(await rehearsal.query(transactions)).toEqual([{ n: 150 }]);
    await rehearsal.act('simplified-pipeline');
    await rehearsal.send(orders(151, 150));
    expect(await rehearsal.breaches()).toEqual([]);
    expect(await tally(rehearsal)).toEqual({ confirmed: 300 });
    expect(await rehearsal.query(transactions)).toEqual([{ n: 152 }]);
  });
});

describe.skipIf(!nightly)('inventory/monolith-2020, without a connection', () => {
  it('rejects orders that the database lets in nobody for, and sells again once it does', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, { p: 10 });
    await rehearsal.start({ count: 1 });
    const user = shared.stack.forTarget.postgres['main']?.user;
    await rehearsal.query(`ALTER ROLE ${user} CONNECTION LIMIT 0`);
    try {
      await rehearsal.send(orders(1, 4));
      await rehearsal.drained();
      expect(await tally(rehearsal)).toEqual({ 'rejected: no connection': 4 });
    } finally {
      await rehearsal.query(`ALTER ROLE ${user} CONNECTION LIMIT -1`);
    }
    await rehearsal.send(orders(5, 2));
    expect(await rehearsal.breaches()).toEqual([]);
    expect((await rehearsal.balances())[0]).toMatchObject({ available: 8, sold: 2 });
  });

  it('rejects whoever waits too long for one of the pool, until the pool is larger', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, { p: 100 });
    const { orderWorker } = await started(rehearsal);
    await whileStockIsLocked(async () => {
      await rehearsal.send(orders(1, 20));
      await eventually(async () => {
        const metrics = await (await fetch(`http://127.0.0.1:${orderWorker.port}/metrics`)).text();
        const failed = sumOfSeries(metrics, 'pipeline_errors_total') ?? 0;
        return failed === 20 - poolSize ? null : `${failed} orders failed`;
      });
    });
    await rehearsal.drained();
    expect(await tally(rehearsal)).toEqual({ confirmed: poolSize, 'rejected: no connection': 20 - poolSize });

    expect(await rehearsal.act('resize-pool')).toBe('order-worker-0: {"poolSize":40}');
    await whileStockIsLocked(async () => {
      await rehearsal.send(orders(21, 20));
      await eventually(async () => {
        const [row] = await rehearsal.query(
          `SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%FOR UPDATE%'`,
        );
        return row?.['n'] === 20 ? null : `${String(row?.['n'])} orders hold a connection`;
      });
    });
    expect(await rehearsal.breaches()).toEqual([]);
    expect(await tally(rehearsal)).toEqual({ confirmed: poolSize + 20, 'rejected: no connection': 20 - poolSize });
  });

  it('leaves no order half booked when the database is killed under it', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, { p: 500, q: 5_000 });
    await rehearsal.start();
    const part = shared.stack.parts.get('postgres:main');
    if (part === undefined) throw new Error('the stack has no Postgres');
    for (let share = 0; share < 40; share++) {
      await rehearsal.send([...orders(100 * share, 20, 'p'), ...orders(100 * share + 50, 30, 'q')]);
      if (share === 10) await part.kill();
      if (share === 25) await part.start();
    }
    expect(await rehearsal.breaches()).toEqual([]);
    const given = await tally(rehearsal);
    expect(given['confirmed']).toBeGreaterThan(0);
    expect(given['rejected: no connection']).toBeGreaterThan(0);
  });
});

describe.skipIf(!nightly)('inventory/monolith-2020, while the ETL worker is dead', () => {
  it('keeps showing sold out what came in, until the sync is bypassed or the worker started', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, { p: 1, q: 1 });
    const { etlWorker } = await started(rehearsal);
    await rehearsal.send([[order(1, 'p')], [order(2, 'q')]]);
    expect(await rehearsal.breaches()).toEqual([]);
    await etlWorker.kill();
    await rehearsal.send([[restock(3, 'p', 5)], [restock(4, 'q', 5)]]);
    await rehearsal.drained();
    await rehearsal.send([[order(5, 'p')]]);
    expect(await rehearsal.breaches()).toEqual([
      'p shows 0 on the shelf and has 5',
      'q shows 0 on the shelf and has 5',
    ]);
    expect(await rehearsal.answersTo(20)).toEqual(['sold_out']);

    await rehearsal.act('bypass-sync');
    await rehearsal.send([[order(6, 'p')]]);
    expect(await rehearsal.breaches()).toEqual(['q shows 0 on the shelf and has 5']);
    expect(await rehearsal.answersTo(24)).toEqual(['confirmed']);

    expect(await rehearsal.act('restart-workers')).toBe('order-worker-0, etl-worker-0 are healthy');
    expect(await rehearsal.breaches()).toEqual([]);
  });

  it('restarts workers that leak and leaves those that serve alone', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, { p: 1 });
    const { orderWorker, etlWorker } = await started(rehearsal);
    const [serving, leaking] = [orderWorker.pid, etlWorker.pid];
    await rehearsal.act('restart-workers');
    expect(orderWorker.pid).toBe(serving);
    expect(etlWorker.pid).not.toBe(leaking);
    await orderWorker.kill();
    await expect(rehearsal.act('bypass-sync')).rejects.toThrow('order-worker-0 is down; restart-workers starts it');
    await rehearsal.act('restart-workers');
    await rehearsal.send(orders(1, 1));
    expect(await rehearsal.breaches()).toEqual([]);
  });
});

describe.skipIf(!nightly)('inventory/monolith-2020, with fewer let in', () => {
  it('sheds regular shoppers first, then everybody, and lets all in again', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, { p: 10 });
    await rehearsal.start({ count: 1 });
    const pressed = async (n: number): Promise<string[]> => {
      const [regular, premium] = [order(n, 'p'), { ...order(n + 1, 'p'), class: 'premium' as const }];
      await rehearsal.send([[regular], [premium]]);
      await rehearsal.drained();
      return [...(await rehearsal.answersTo(regular.op)), ...(await rehearsal.answersTo(premium.op))];
    };
    await rehearsal.act('shed-load');
    expect(await pressed(1)).toEqual(['shed', 'confirmed']);
    await rehearsal.act('freeze-sale');
    expect(await pressed(3)).toEqual(['shed', 'shed']);
    await rehearsal.act('reopen-sale');
    expect(await pressed(5)).toEqual(['confirmed', 'confirmed']);
    // A second click gets the first one's answer.
    await rehearsal.send([[order(1, 'p'), 2]]);
    await rehearsal.drained();
    expect(await rehearsal.answersTo(4)).toEqual(['shed', 'shed']);
    expect(await tally(rehearsal)).toEqual({
      confirmed: 3,
      'shed: premium customers only': 1,
      'shed: sale frozen': 2,
      'shed: turned down before': 1,
    });
  });
});
