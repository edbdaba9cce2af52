import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { soak as scenario } from '../../scenarios/soak.ts';
import { target as streaming } from '../../simulators/inventory/streaming/target.ts';
import { inventory } from '../domains/inventory/index.ts';
import { momentMs } from '../drill/moments.ts';
import type { FaultOffer } from '../faults/draw.ts';
import { faults as allFaults } from '../faults/registry.ts';
import { objectives } from '../judge/objectives/registry.ts';
import { compileLoad } from '../load/load-curve.ts';
import { validateScenario } from '../scenario/validate.ts';
import { faultOffer } from './fault-offer.ts';
import { drawnFirst, faultSchedule, placeFaults, strikable } from './fault-schedule.ts';
import { shortDrillFaults, shortDrillWindow, shortened } from './short-drill.ts';

const everything: FaultOffer = {
  ...faultOffer(streaming, { ownsStores: true, proxies: true, logVolume: true }),
  dependencies: ['recommendations', 'payments'],
};
const curve = compileLoad(scenario.load, 1);
const saleStartMs = 3_000;

/** Any subset of what can be offered. */
const offers = fc.record({
  processes: fc.subarray([
    { name: 'shop', count: 3, isNode: true },
    { name: 'sync', count: 1, isNode: false },
  ]),
  stores: fc.subarray(['kafka', 'redis', 'postgres:main', 'postgres:second'], { minLength: 1 }),
  ownsStores: fc.boolean(),
  proxies: fc.boolean(),
  logVolume: fc.boolean(),
  dependencies: fc.subarray(['recommendations', 'payments']),
  topics: fc.subarray(['order-events', 'return-events'], { minLength: 1 }),
  groups: fc.subarray(['orders', 'returns'], { minLength: 1 }),
  tables: fc.subarray([{ server: 'main', table: 'stock' }]),
});
const drawnText = (seed: number) => JSON.stringify(faultSchedule(seed, everything, scenario, drawnFirst));
const seeds = fc.nat({ max: 0xffff_ffff });

describe('a schedule of faults', () => {
  it('is the same for the same seed, byte for byte, and another for others', () => {
    fc.assert(
      fc.property(seeds, offers, (seed, offer) => {
        const [one, two] = [
          faultSchedule(seed, offer, scenario),
          faultSchedule(seed, structuredClone(offer), scenario),
        ];
        expect(JSON.stringify(one)).toBe(JSON.stringify(two));
      }),
    );
    const hundred = Array.from({ length: 100 }, (_, seed) => JSON.stringify(faultSchedule(seed, everything, scenario)));
    expect(new Set(hundred).size).toBe(100);
    expect(faultSchedule(17, everything, scenario)).toEqual(faultSchedule(17, everything, scenario));
  });

  it('is a valid scenario', () => {
    const rules = {
      domain: inventory,
      objectives,
      faults: allFaults,
      actions: new Set<string>(),
      target: {
        name: 'any',
        tables: new Set(inventory.invariants.flatMap(({ needs }) => needs)),
        readModel: true,
        http: false,
      },
    };
    fc.assert(
      fc.property(seeds, offers, (seed, offer) => {
        const faults = faultSchedule(seed, offer, scenario);
        expect(validateScenario({ ...scenario, faults }, rules)).toEqual([]);
      }),
    );
  });

  it('has one to four faults in their order, each at the moment of its phase that was drawn for it', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const placed = placeFaults(seed, everything, curve);
        expect(placed.length).toBeGreaterThanOrEqual(1);
        expect(placed.length).toBeLessThanOrEqual(4);
        expect(placed).toEqual(placed.toSorted((a, b) => a.strikesMs - b.strikesMs));
        const moments = faultSchedule(seed, everything, scenario).map(({ at }) => momentMs(at, 1, curve, 0));
        expect(moments).toEqual(placed.map(({ strikesMs }) => strikesMs));
      }),
    );
  });

  it('leaves 2 s of the sale to see a steady state, and 4 s after the last healing to recover in', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        for (const { strikesMs, lastsMs } of placeFaults(seed, everything, curve)) {
          expect(strikesMs).toBeGreaterThanOrEqual(saleStartMs + 2_000);
          expect(strikesMs + lastsMs).toBeLessThanOrEqual(curve.durationMs - 4_000);
        }
      }),
    );
  });

  it('overlaps faults now and then, and never two that touch the same thing', () => {
    let overlapping = 0;
    for (let seed = 0; seed < 300; seed++) {
      const placed = placeFaults(seed, everything, curve);
      for (const [index, one] of placed.entries()) {
        for (const other of placed.slice(index + 1)) {
          if (one.strikesMs + one.lastsMs <= other.strikesMs) continue;
          overlapping++;
          expect(one.touches.filter((thing) => other.touches.includes(thing))).toEqual([]);
        }
      }
    }
    expect(overlapping).toBeGreaterThan(100);
  });

  it('strikes only what is there: the type can strike, the place is offered', () => {
    fc.assert(
      fc.property(seeds, offers, (seed, offer) => {
        const there = {
          type: strikable(offer),
          process: offer.processes.map(({ name }) => name),
          store: offer.stores,
          dependency: offer.dependencies,
          topic: offer.topics,
          group: offer.groups,
        };
        const strays = faultSchedule(seed, offer, scenario).flatMap(({ fault }) =>
          Object.entries(there).filter(
            ([parameter, known]) => parameter in fault && !known.includes(String(fault[parameter])),
          ),
        );
        expect(strays).toEqual([]);
      }),
    );
  });

  it('draws from the named types alone, and from none where nothing can strike', () => {
    const only = ['worker-crash', 'redis-flush'];
    for (let seed = 0; seed < 50; seed++)
      for (const { fault } of faultSchedule(seed, everything, scenario, only)) expect(only).toContain(fault.type);
    const nothing = { ...everything, ownsStores: false };
    expect(faultSchedule(1, nothing, scenario, ['store-kill'])).toEqual([]);
  });

  it('is for ever the same for the same seed and the same named types, whatever has been added since', () => {
    expect(drawnText(14)).toBe(
      '[{"at":{"phase":"surge","after":"1200ms"},"fault":{"process":"inventory-worker","count":1,"for":"4900ms","type":"worker-freeze"}},' +
        '{"at":{"phase":"surge","after":"2000ms"},"fault":{"server":"main","for":"1000ms","type":"connections-exhausted"}}]',
    );
    const hundred = Array.from({ length: 100 }, (_, seed) => drawnText(seed)).join('\n');
    expect(createHash('sha256').update(hundred).digest('hex').slice(0, 16)).toBe('a65d035481e8229f');
  });

  it('draws every fault that there is', () => {
    const drawn = new Set<string>();
    for (let seed = 0; seed < 500; seed++)
      for (const { fault } of faultSchedule(seed, everything, scenario)) drawn.add(fault.type);
    expect([...drawn].toSorted()).toEqual([...allFaults.keys()].toSorted());
  });
});

describe('what a target offers', () => {
  it('is its processes, stores, input topics and the tables of its books', () => {
    expect(faultOffer(streaming, { ownsStores: true, proxies: false, logVolume: false })).toEqual({
      ownsStores: true,
      proxies: false,
      logVolume: false,
      processes: [{ name: 'inventory-worker', count: 2, isNode: true }],
      stores: ['kafka', 'postgres:main', 'redis'],
      dependencies: [],
      topics: ['order-events', 'cancellation-events', 'return-events', 'warehouse-updates'],
      groups: ['inventory'],
      tables: [
        { server: 'main', table: 'decided' },
        { server: 'main', table: 'stock' },
      ],
    });
  });

  it('leaves nothing to strike of somebody else’s servers but what goes over the wire', () => {
    const external = faultOffer(streaming, { ownsStores: false, proxies: false, logVolume: false });
    const overTheWire = [
      'worker-crash',
      'worker-freeze',
      'worker-starve',
      'worker-leak',
      'redis-flush',
      'connections-exhausted',
      'database-lock',
      'poison-messages',
      'redelivery',
    ];
    expect(strikable(external)).toEqual(expect.arrayContaining(overTheWire));
    const ours = ['store-kill', 'store-freeze', 'broker-disk-full', 'network-cut', 'network-latency'];
    expect(strikable(external, ours)).toEqual([]);
  });
});

describe('a short drill', () => {
  const short = shortened(scenario);

  it('has the same curve in a fifth of its time, and is asked for no share', () => {
    const shortCurve = compileLoad(short.load, 1);
    expect(shortCurve.durationMs).toBeCloseTo(curve.durationMs / 5, 6);
    expect(shortCurve.rateAt(1_500)).toBe(curve.rateAt(7_500));
    expect(short.objectives).toEqual(scenario.objectives.filter(({ type }) => type === 'drained'));
  });

  it('has a fault in every seed, each begun within the load, and all kinds in a hundred', () => {
    const shortCurve = compileLoad(short.load, 1);
    const hundred = Array.from({ length: 100 }, (_, seed) =>
      placeFaults(seed, everything, shortCurve, shortDrillFaults, shortDrillWindow),
    );
    expect(hundred.filter((faults) => faults.length === 0)).toEqual([]);
    const moments = hundred.flat().map(({ strikesMs }) => strikesMs);
    expect(Math.min(...moments)).toBeGreaterThanOrEqual(900);
    expect(Math.max(...moments)).toBeLessThanOrEqual(shortCurve.durationMs - 300);
    const types = hundred.flat().map(({ fault }) => fault.type);
    expect(new Set(types)).toEqual(new Set(shortDrillFaults));
  });
});
