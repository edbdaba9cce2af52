import type { Redis } from 'ioredis';
import type { PoolClient } from 'pg';
import { describe, expect, it } from 'vitest';
import type { Request } from '../../shared/wire.ts';
import { NoConnection } from './connections.ts';
import { handleOrders } from './handle-orders.ts';
import type { OrderPath } from './handle-orders.ts';
import { initialSwitches } from './switches.ts';

const order = (op: number, quantity = 1): Request => ({
  op,
  kind: 'order',
  orderOp: null,
  product: 'p',
  quantity,
  class: 'regular',
});

/** Books with one product of five units; `refuses` is called before each statement; `decided` are their rows of that table. */
function books(refuses: (statement: string) => boolean, decided: readonly unknown[] = []): PoolClient {
  const query = async (statement: string | { name: string }): Promise<{ rows: unknown[] }> => {
    const name = typeof statement === 'string' ? statement : statement.name;
    if (refuses(name)) throw new Error(`${name} failed`);
    if (name === 'read-decided') return { rows: [...decided] };
    return { rows: name === 'lock-stock' ? [['p', '5', '0', '0']] : [] };
  };
  return { query, release: () => {} } as unknown as PoolClient;
}

function orderPath(over: Partial<OrderPath>): OrderPath {
  return {
    switches: { now: initialSwitches },
    redis: { hmget: async () => ['5:0'], eval: async () => null } as unknown as Redis,
    recommendations: { about: async () => '{}' },
    connections: { connect: async () => books(() => false) },
    inDoubt: new Set(),
    failed: () => () => {},
    ...over,
  };
}
const nobodyConnects = async (): Promise<PoolClient> => {
  throw new NoConnection('the server is down');
};

describe('the path of an order', () => {
  it('tells nobody of an order that may be booked, however often it comes, until the books can be asked', async () => {
    let attempts = 0;
    const inDoubt = new Set<number>();
    const dying = async () => {
      attempts++;
      return attempts === 1 ? books((statement) => statement === 'COMMIT') : nobodyConnects();
    };
    await expect(handleOrders([order(1)], orderPath({ inDoubt, connections: { connect: dying } }))).rejects.toThrow(
      NoConnection,
    );
    const down = orderPath({ inDoubt, connections: { connect: nobodyConnects } });
    await expect(handleOrders([order(1)], down)).rejects.toThrow(NoConnection);
    // Other orders' answers do not wait for it.
    expect(await handleOrders([order(2)], down)).toEqual([
      { op: 2, key: 'p', answer: 'rejected', reason: 'no connection' },
    ]);
    expect(await handleOrders([order(1)], orderPath({ inDoubt }))).toEqual([
      { op: 1, key: 'p', answer: 'confirmed', reason: null },
    ]);
    expect(inDoubt).toEqual(new Set());
  });

  it('tells who was turned down the same again, and no reason that was not the one', async () => {
    const [rejected, shed] = [2, 8];
    const rows = [
      ['1', rejected, 'p', 1, false],
      ['2', shed, 'p', 1, false],
    ];
    const path = orderPath({ connections: { connect: async () => books(() => false, rows) } });
    expect(await handleOrders([order(1), order(2)], path)).toEqual([
      { op: 1, key: 'p', answer: 'rejected', reason: 'turned down before' },
      { op: 2, key: 'p', answer: 'shed', reason: 'turned down before' },
    ]);
  });

  it('gives a confirmed order that comes again its answer although the shelf is empty by now', async () => {
    const path = orderPath({
      redis: { hmget: async () => ['0:9'] } as unknown as Redis,
      connections: { connect: async () => books(() => false, [['1', 0, 'p', 1, false]]) },
    });
    expect(await handleOrders([order(1), order(2)], path)).toEqual([
      { op: 1, key: 'p', answer: 'confirmed', reason: null },
      { op: 2, key: 'p', answer: 'sold_out', reason: null },
    ]);
  });

  it('confirms what was booked although the shelf could not be written', async () => {
    const shelf = {
      hmget: async () => ['5:0'],
      eval: async () => {
        throw new Error('Redis is away');
      },
    };
    const path = orderPath({ redis: shelf as unknown as Redis });
    expect(await handleOrders([order(1)], path)).toEqual([{ op: 1, key: 'p', answer: 'confirmed', reason: null }]);
  });

  it('rejects what it could not look up on the shelf, and does not ask for recommendations then', async () => {
    const asked: string[] = [];
    const shelf = {
      hmget: async () => {
        throw new Error('Redis is away');
      },
    };
    const about = async (product: string) => {
      asked.push(product);
      return null;
    };
    const path = orderPath({ redis: shelf as unknown as Redis, recommendations: { about } });
    expect(await handleOrders([order(1)], path)).toEqual([{ op: 1, key: 'p', answer: 'rejected', reason: 'shelf' }]);
    expect(asked).toEqual([]);
  });
});
