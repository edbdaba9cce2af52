import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../harness/domains/domain.ts';
import { runFaults } from '../../harness/drill/scheduled-faults.ts';
import { connectionsExhausted } from '../../harness/faults/connections-exhausted.ts';
import { databaseLock } from '../../harness/faults/database-lock.ts';
import { dependencyDown } from '../../harness/faults/dependency-down.ts';
import { networkCut } from '../../harness/faults/network-cut.ts';
import { poisonMessages } from '../../harness/faults/poison-messages.ts';
import { redelivery } from '../../harness/faults/redelivery.ts';
import { storeFreeze } from '../../harness/faults/store-freeze.ts';
import { storeKill } from '../../harness/faults/store-kill.ts';
import { workerFreeze } from '../../harness/faults/worker-freeze.ts';
import type { FaultSpec } from '../../harness/scenario/scenario.ts';
import type { StackNeeds } from '../../harness/stack/stack.ts';
import { patienceMs } from '../../simulators/inventory/resilient-2021/settings.ts';
import { target } from '../../simulators/inventory/resilient-2021/target.ts';
import { crashPoints } from '../../simulators/inventory/streaming/crash-points.ts';
import { sharedStack } from '../shared-stack.ts';
import { flow, opening } from './flow.ts';
import { cancellation, giveBack, order } from './operations.ts';
import { eventually, Rehearsal } from './rehearsal.ts';
import { nightly } from '../nightly.ts';

const needs: StackNeeds = { ...target.needs, faults: { proxies: true } };
const shared = sharedStack(needs);
const premium = (one: Operation): Operation => ({ ...one, class: 'premium' });
const never = new AbortController().signal;

/** Strikes all of these at once and resolves when they are healed. */
async function strike(rehearsal: Rehearsal, ...specs: readonly FaultSpec[]): Promise<void> {
  const { stack, session } = shared;
  const dependencies = await rehearsal.dependencies();
  const context = {
    stack,
    session,
    target,
    processes: rehearsal.processes,
    dependencies,
    timeScale: 60,
    signal: never,
  };
  const now = specs.map((spec) => ({ spec, atMs: Date.now() }));
  const records = await runFaults(now, context, Promise.resolve(null), () => {});
  expect(records).toMatchObject(specs.map(({ type }) => ({ name: type, verified: true, healed: true })));
}

const both = (switches: string) => `etl-worker-0, etl-worker-1 say ${switches}`;

/** Takes an action as a responder would; resolves to what was observed. */
async function respond(rehearsal: Rehearsal, name: string): Promise<string | undefined> {
  const { processes } = rehearsal;
  const context = {
    processes,
    dependencies: await rehearsal.dependencies(),
    stack: shared.stack.direct,
    signal: never,
  };
  await target.actions?.[name]?.run(context);
  return target.actions?.[name]?.verify(context);
}

describe('inventory/resilient-2021 sheds', () => {
  it('regular shoppers while premium shoppers are served, and gives the same answer to the second press', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, { p: 9 });
    const [worker] = await rehearsal.start({ count: 1 });
    expect(await respond(rehearsal, 'shed-load')).toBe('etl-worker-0 say {"regularShed":true}');
    // The switch belongs to the service, not to the process.
    await worker?.kill();
    await worker?.start();
    const turnedAway = order(1, 'p');
    await rehearsal.send([[turnedAway], [premium(order(2, 'p'))]]);
    await rehearsal.drained();
    const url = `http://127.0.0.1:${worker?.port}/control`;
    await fetch(url, { method: 'PUT', body: '{"regularShed":false}' });
    await rehearsal.send([[turnedAway, 2], [order(3, 'p')]]);
    await rehearsal.drained();
    await rehearsal.send([[cancellation(10, turnedAway)], [giveBack(11, turnedAway)]]);
    expect(await rehearsal.breaches()).toEqual([]);
    expect(await rehearsal.answersTo(4)).toEqual(['shed', 'shed']);
    expect(await rehearsal.answersTo(8)).toEqual(['confirmed']);
    expect(await rehearsal.answersTo(12)).toEqual(['confirmed']);
    expect([await rehearsal.answersTo(41), await rehearsal.answersTo(46)]).toEqual([['refused'], ['refused']]);
    const reasons = (await rehearsal.decisions()).filter(({ op }) => op === 4).map(({ reason }) => reason);
    expect(reasons).toEqual(Array.from({ length: 2 }, () => 'too many orders: premium shoppers only'));
    expect(await rehearsal.balances()).toEqual([{ key: 'p', available: 7, sold: 2, version: 2 }]);
  });

  it('who has waited too long, premium shoppers last', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, { p: 9 });
    const [worker] = await rehearsal.start({ count: 1 });
    await worker?.freeze();
    await rehearsal.send([[order(1, 'p')], [premium(order(2, 'p'))]]);
    // Only time makes an order old.
    await delay(patienceMs.regular);
    await worker?.thaw();
    expect(await rehearsal.breaches()).toEqual([]);
    const decisions = await rehearsal.decisions();
    // Its group may have removed it meanwhile: then every answer is sent again, unchanged.
    expect([...new Set(decisions.map(({ op, answer }) => `${op} ${answer}`))]).toEqual(['4 shed', '8 confirmed']);
    expect(decisions[0]).toMatchObject({ mode: 'full', reason: 'waited too long' });
  });

  it('while somebody else holds the stock, and serves the rest afterwards', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, { p: 9 });
    await rehearsal.start({ count: 1 });
    await rehearsal.send([[order(1, 'p')]]);
    await rehearsal.drained();
    const lock = databaseLock({ lock: 'LOCK TABLE stock IN ACCESS EXCLUSIVE MODE', for: '4s' });
    let healed = false;
    const held = strike(rehearsal, lock).then(() => (healed = true));
    await eventually(async () => {
      const locks = await rehearsal.query(
        `SELECT FROM pg_locks WHERE relation = 'stock'::regclass AND mode = 'AccessExclusiveLock' AND granted`,
      );
      return locks.length > 0 ? null : 'nobody holds the stock yet';
    });
    await rehearsal.send([[order(2, 'p')], [premium(order(3, 'p'))]]);
    await eventually(async () => ((await rehearsal.answersTo(8)).length > 0 ? null : 'the order has no answer yet'));
    expect(healed).toBe(false);
    await held;
    expect(await rehearsal.breaches()).toEqual([]);
    expect(await rehearsal.answersTo(8)).toEqual(['shed']);
    expect(await rehearsal.answersTo(12)).toEqual(['confirmed']);
  });
});

async function expectAnsweredOnce(point: (typeof crashPoints)[number]): Promise<void> {
  await using rehearsal = await Rehearsal.open(shared, target, { rare: 8, plenty: 500 });
  const [doomed] = await rehearsal.start({ count: 1, restart: false, env: { TOOFAN_CRASH_AT: point } });
  await respond(rehearsal, 'shed-load');
  const orders = Array.from({ length: 60 }, (_, n) => {
    const one = order(n, n % 3 === 0 ? 'rare' : 'plenty', 1 + (n % 3));
    return n % 2 === 0 ? premium(one) : one;
  });
  await rehearsal.send([...orders.map((one) => [one] as const), ...orders.map((one) => [one, 2] as const)]);
  await eventually(async () => (doomed?.pid === undefined ? null : `the worker still lives past ${point}`));
  // Its successor sheds nobody: earlier answers are repeated.
  await rehearsal.start({ count: 1 });
  expect(await rehearsal.breaches()).toEqual([]);
}

describe('inventory/resilient-2021, killed', () => {
  // The streaming pipeline, whose decisions it shares, is killed at each of them in every run.
  const some = ['before-commit', 'after-commit'] as const;
  const others = crashPoints.filter((point) => !some.some((one) => one === point));
  it.each(some)('at %s while it sheds and serves, answers everybody once', (point) => expectAnsweredOnce(point));
  it.skipIf(!nightly).each(others)('at %s while it sheds and serves, answers everybody once', (point) =>
    expectAnsweredOnce(point),
  );
});

const hold = '1500ms' as const;
const all: readonly (readonly [string, ...FaultSpec[]])[] = [
  ['a frozen database', storeFreeze({ store: 'postgres:main', for: hold })],
  ['a killed database', storeKill({ store: 'postgres:main', downFor: hold })],
  ['a database behind a cut network', networkCut({ store: 'postgres:main', for: hold })],
  ['a locked table', databaseLock({ lock: 'LOCK TABLE stock IN ACCESS EXCLUSIVE MODE', for: hold })],
  ['a database without a connection left', connectionsExhausted({ for: hold })],
  ['a killed Redis', storeKill({ store: 'redis', downFor: hold })],
  ['a frozen Redis', storeFreeze({ store: 'redis', for: hold })],
  ['a killed Kafka', storeKill({ store: 'kafka', downFor: hold })],
  ['a Kafka behind a cut network', networkCut({ store: 'kafka', for: hold })],
  ['no recommendations', dependencyDown({ dependency: 'recommendations', for: hold })],
  ['poison among the orders', poisonMessages({ topic: 'order-events', count: 21 })],
  [
    'everything delivered again in reverse and a frozen database',
    redelivery({ topic: 'order-events', count: 500, order: 'reversed' }),
    storeFreeze({ store: 'postgres:main', for: hold }),
  ],
  [
    'a frozen worker and a killed database',
    workerFreeze({ count: 1, for: hold }),
    storeKill({ store: 'postgres:main', downFor: hold }),
  ],
  [
    'a killed Kafka and a locked table',
    storeKill({ store: 'kafka', downFor: hold }),
    databaseLock({ lock: 'LOCK TABLE decided', for: hold }),
  ],
];

/** Soaking strikes all of them too; these few run with every change. */
const often = new Set([
  'a killed database',
  'a locked table',
  'a killed Redis',
  'poison among the orders',
  'a frozen worker and a killed database',
]);
const survived = all.map(([name, ...faults]) => ({ name, faults }));

async function expectSurvival({ faults }: { readonly faults: readonly FaultSpec[] }): Promise<void> {
  await using rehearsal = await Rehearsal.open(shared, target, opening);
  const workers = await rehearsal.start({ count: 2 });
  let struck: Promise<void> | undefined;
  await flow(rehearsal, async (share) => {
    if (share === 10) struck = strike(rehearsal, ...faults);
    if (share === 20) await struck;
  });
  expect(await rehearsal.breaches()).toEqual([]);
  expect(workers.flatMap(({ pid }) => pid ?? [])).toHaveLength(2);
}

describe('inventory/resilient-2021 survives', () => {
  it.each(survived.filter(({ name }) => often.has(name)))('$name', (one) => expectSurvival(one));
  it.skipIf(!nightly).each(survived.filter(({ name }) => !often.has(name)))('$name', (one) => expectSurvival(one));

  it('without recommendations, and says that what it decides is less than full', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, { p: 9 });
    await rehearsal.start({ count: 1 });
    const gone = strike(rehearsal, dependencyDown({ dependency: 'recommendations', for: '2s' }));
    await delay(500);
    await rehearsal.send([[order(1, 'p')]]);
    await rehearsal.drained();
    await gone;
    expect(await rehearsal.decisions()).toEqual([
      { op: 4, key: 'p', answer: 'confirmed', mode: 'degraded', reason: 'recommendations cached' },
    ]);
    expect(await rehearsal.breaches()).toEqual([]);
  });
});

describe('what responders can do to inventory/resilient-2021', () => {
  it('is known by its name, and is seen to have been done', async () => {
    await using rehearsal = await Rehearsal.open(shared, target, { p: 9 });
    await rehearsal.start();
    const seen: Record<string, string | undefined> = {};
    for (const name of Object.keys(target.actions ?? {})) seen[name] = await respond(rehearsal, name);
    expect(seen).toEqual({
      'resize-pool': both('{"poolSize":6}'),
      'restart-workers': expect.stringMatching(
        /^etl-worker-0 started [\d.]+ s ago, etl-worker-1 started [\d.]+ s ago$/,
      ),
      'cached-recommendations': both('{"recommendationsCached":true}'),
      'bypass-sync': both('{"syncBypassed":true}'),
      'simplified-pipeline': both('{"simplified":true}'),
      'freeze-sale': both('{"saleFrozen":true}'),
      'shed-load': both('{"regularShed":true}'),
    });
    await rehearsal.send([[premium(order(1, 'p'))]]);
    expect(await rehearsal.breaches()).toEqual([]);
    expect(await rehearsal.decisions()).toEqual([
      { op: 4, key: 'p', answer: 'shed', mode: 'full', reason: 'the sale is frozen' },
    ]);
  });
});
