import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Asker } from '../worker/ask.ts';
import { serveDependency } from './serve-dependency.ts';
import type { Dependency } from './serve-dependency.ts';

const worked: unknown[] = [];
let ended: () => Promise<void>;
let asker: Asker;

/** Handles lists; an empty list is invalid, and `broken` makes it fail. */
const lists: Dependency = {
  settings: { rateLimitPerSecond: 100 },
  pricePaise: 50,
  units: ({ body }) => (Array.isArray(body) ? body.length : 1),
  async answer({ method, path, body }) {
    if (method !== 'POST') return { status: 404, body: { error: `nothing is at ${path}` } };
    if (!Array.isArray(body) || body.length === 0) throw new RangeError('a list is asked for');
    if (body.includes('broken')) throw new Error('beyond it');
    worked.push(body);
    return { body: { length: body.length } };
  },
};

beforeEach(async () => {
  worked.length = 0;
  const server = serveDependency(lists);
  await once(server, 'listening');
  asker = new Asker(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { withinMs: 2_000, connections: 4 });
  ended = async () => {
    asker.close();
    server.close();
    await once(server, 'close');
  };
});
afterEach(() => ended());

const usage = async () => {
  const asked = await asker.ask('/usage');
  return asked.outcome === 'answered' ? asked.body : asked;
};
const settings = async (changes: object): Promise<{ status: number; body: unknown }> => {
  const answer = await fetch(`${asker.baseUrl}/settings`, { method: 'PUT', body: JSON.stringify(changes) });
  return { status: answer.status, body: await answer.json() };
};

const batch = (length: number) => Array.from({ length }, (_, number) => number);

it('counts what is in a batch against its limit, and into the bill', async () => {
  expect(await asker.ask('/', batch(101))).toEqual({ outcome: 'refused', status: 429, body: { error: 429 } });
  expect(await asker.ask('/', batch(60))).toEqual({ outcome: 'answered', body: { length: 60 } });
  expect(worked).toEqual([batch(60)]);
  expect(await usage()).toEqual({ calls: 1, units: 60, paise: 3_000 });
});

it('puts nothing on the bill that was refused or never worked on, and what failed after the work', async () => {
  expect(await asker.ask('/', [])).toEqual({ outcome: 'refused', status: 400, body: { error: 'a list is asked for' } });
  expect(await asker.ask('/nothing')).toMatchObject({ outcome: 'refused', status: 404 });
  expect(await asker.ask('/', ['broken'])).toEqual({ outcome: 'unknown', why: 'answered 500' });
  await settings({ errorShare: 1 });
  expect(await asker.ask('/', [1])).toMatchObject({ outcome: 'unknown' });
  expect(await usage()).toEqual({ calls: 0, units: 0, paise: 0 });
  await settings({ errorShare: 0, errorAfterShare: 1 });
  expect(await asker.ask('/', [1])).toEqual({ outcome: 'unknown', why: 'answered 500' });
  expect(worked).toEqual([[1]]);
  expect(await usage()).toEqual({ calls: 1, units: 1, paise: 50 });
});

it('takes settings while it runs, and says which it does not take', async () => {
  expect(await settings({ lateShare: 0.5, lateByMs: 10 })).toMatchObject({ status: 200, body: { lateShare: 0.5 } });
  const refused = await settings({ lateShare: 2, latencyMs: 'slow' });
  const says = 'settings: latencyMs: must be a number of ms from 0 to 600000; lateShare: must be a share from 0 to 1';
  expect(refused).toEqual({ status: 400, body: { error: says } });
  expect(await settings({ slow: 1 })).toEqual({ status: 400, body: { error: 'settings: Unrecognized key: "slow"' } });
  expect((await settings(null as never)).status).toBe(400);
  expect(await settings({})).toMatchObject({ body: { lateShare: 0.5, lateByMs: 10, latencyMs: 0 } });
});
