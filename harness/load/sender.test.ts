import { describe, expect, test } from 'vitest';

import { inventory, zipf } from '../domains/inventory/index.ts';
import { steady } from '../scenario/scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { LoadDriver, Outcome } from './drivers/driver.ts';
import { nullDriver } from './drivers/null-driver.ts';
import { planLoad } from './load-plan.ts';
import { Sender } from './sender.ts';
import type { SenderOptions } from './sender.ts';
import type { Sent } from './spool.ts';
import { wallClock } from './wall-clock.ts';

const scenario: Scenario = {
  name: 'half a second',
  summary: '',
  domain: 'inventory',
  target: 'none',
  timeScale: 1,
  world: { products: 10, popularity: zipf(1), flashDeals: 1, stock: { coversDemand: 1 }, doublePress: 0.1 },
  load: [steady({ perSecond: 4_000, for: '500ms' })],
  mix: { cancellation: 0.1, return: 0.1, restock: 0.1 },
  faults: [],
  objectives: [],
  invariants: [],
  drainDeadline: '1s',
  sources: [],
};
const plan = planLoad(scenario, inventory, 1, 1);
const clock = wallClock();

function start(options: Partial<SenderOptions> = {}) {
  const records: Sent[] = [];
  const sender = new Sender({
    plan,
    encode: ({ op, key }, attempt) => ({ topic: 't', key, value: `${op}/${attempt}` }),
    shard: 0,
    shards: 1,
    inFlight: 100_000,
    waitsForRoom: false,
    clock,
    record: (sent) => records.push(sent),
    ...options,
  });
  return { sender, records };
}

/** A system that never answers until it is abandoned. */
function silentDriver(settle: (tickets: number[], outcome: Outcome, error: string | null) => void): LoadDriver {
  const tickets: number[] = [];
  return {
    send: (_record, ticket) => void tickets.push(ticket),
    flush: () => undefined,
    abandon: (reason) => settle(tickets.splice(0), 'indeterminate', reason),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function encodesNothing(): never {
  throw new RangeError('no such kind');
}

const idOf = ({ op, attempt }: { op: number; attempt: number }): string => `${op}/${attempt}`;
function planned(): string[] {
  const ids: string[] = [];
  for (let arrival = 0; arrival < plan.schedule.arrivals; arrival++) {
    plan.world.arrival(arrival, (op, attempt) => ids.push(idOf({ op, attempt })));
  }
  return ids;
}

describe('a sender', () => {
  test('hands every planned operation over once, none before its time', async () => {
    const { sender, records } = start();
    const startsAt = clock() + 20;
    await sender.run(nullDriver(sender.settle), startsAt);
    await sender.settleAll(1_000);
    expect(records.map(idOf).toSorted()).toEqual(planned().toSorted());
    const early = records.filter(({ arrival, sentAt }) => sentAt < startsAt + plan.schedule.timeOf(arrival));
    expect(early).toEqual([]);
    expect(sender.progress).toEqual({ sent: records.length, acked: records.length, failed: 0 });
    expect(sender.countUnsent()).toBe(0);
  });

  test.each([2, 3])('shares the operations with %i shards, none left out, none twice', async (shards) => {
    const parts = Array.from({ length: shards }, (_, shard) => start({ shard, shards }));
    await Promise.all(parts.map(({ sender }) => sender.run(nullDriver(sender.settle), clock())));
    expect(parts.flatMap(({ records }) => records.map(idOf)).toSorted()).toEqual(planned().toSorted());
  });

  test('sends late what is late, and all of it', async () => {
    const { sender, records } = start();
    const startsAt = clock() - 10_000;
    await sender.run(nullDriver(sender.settle), startsAt);
    expect(records).toHaveLength(planned().length);
    const leastLate = Math.min(
      ...records.map(({ arrival, sentAt }) => sentAt - startsAt - plan.schedule.timeOf(arrival)),
    );
    expect(leastLate).toBeGreaterThanOrEqual(9_500);
  });

  test('fails what finds the buffer full, and goes on', async () => {
    const { sender, records } = start({ inFlight: 50 });
    await sender.run(silentDriver(sender.settle), clock() - 10_000);
    const full = records.filter(({ error }) => error === 'client buffer full');
    expect(full).toHaveLength(planned().length - 50);
    expect(new Set(full.map(({ outcome }) => outcome))).toEqual(new Set(['failed']));
    await sender.settleAll(20);
    expect(records.slice(full.length).map(({ outcome, error }) => `${outcome}: ${error}`)).toEqual(
      Array.from({ length: 50 }, () => 'indeterminate: no acknowledgement within 0.02 s of the last send'),
    );
    expect([sender.acked, sender.failed, sender.indeterminate]).toEqual([0, planned().length - 50, 50]);
  });

  test('counts what was never sent once it is stopped', async () => {
    const { sender, records } = start();
    const running = sender.run(nullDriver(sender.settle), clock());
    setTimeout(() => sender.stop(), 100);
    await running;
    await sender.settleAll(1_000);
    expect(records.length).toBeGreaterThan(0);
    expect(sender.countUnsent()).toBeGreaterThan(0);
    expect(records.length + sender.countUnsent()).toBe(planned().length);
  });

  test('waits for room only where it was told to', async () => {
    const { sender, records } = start({ inFlight: 100, waitsForRoom: true });
    await sender.run(nullDriver(sender.settle), clock());
    expect(records.map(({ error }) => error).filter((error) => error !== null)).toEqual([]);
    expect(records).toHaveLength(planned().length);
  });

  test('passes on what the target cannot encode', async () => {
    const { sender } = start({ encode: encodesNothing });
    await expect(sender.run(nullDriver(sender.settle), clock())).rejects.toThrow('no such kind');
  });
});
