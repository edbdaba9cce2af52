import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scenarios } from '../../scenarios/index.ts';
import { targets } from '../../simulators/index.ts';
import { inventory } from '../domains/inventory/index.ts';
import { momentMs } from '../drill/moments.ts';
import { type DrawnFault, draws, type FaultOffer } from '../faults/draws.ts';
import { faults as allFaults } from '../faults/index.ts';
import { objectives } from '../judge/objectives/index.ts';
import { compileLoad } from '../load/load-curve.ts';
import type { ScheduledFault } from '../scenario/scenario.ts';
import { validateScenario } from '../scenario/validate.ts';
import { faultOffer } from './fault-offer.ts';
import { faultSchedule, strikable } from './fault-schedule.ts';

const scenario = scenarios.find(({ name }) => name === 'soak')!;
const streaming = targets.find(({ name }) => name === 'inventory/streaming')!;
const everything: FaultOffer = {
  ...faultOffer(streaming, { ownsStores: true, proxies: true, logVolume: true }),
  dependencies: ['recommendations', 'payments'],
};
const curve = compileLoad(scenario.load, 1);
const saleStartMs = 3_000;

/** Any part of all that can be offered. */
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
  tables: fc.subarray([{ server: 'main', table: 'stock' }]),
});
const seeds = fc.nat({ max: 0xffff_ffff });

const strikesMs = ({ at }: ScheduledFault) => momentMs(at, scenario.timeScale, curve, 0);
/** What a schedule must know of a fault, found again: it is drawn from its own parameters alone. */
function drawnAs({ fault }: ScheduledFault, offer: FaultOffer): Pick<DrawnFault, 'lastsMs' | 'touches'> {
  const place = String(fault['process'] ?? fault['store'] ?? fault['dependency'] ?? fault['topic'] ?? placeOf(fault));
  const held = Number.parseInt(String(fault['for'] ?? fault['downFor'] ?? '0'), 10);
  const least = { between: (low: number) => low, oneOf: <Thing>([first]: readonly Thing[]) => first };
  const shortest = draws.get(fault.type)!.at(place, least, offer);
  const shortestHold = Number.parseInt(String(shortest.fault['for'] ?? shortest.fault['downFor'] ?? '0'), 10);
  return { touches: shortest.touches, lastsMs: shortest.lastsMs - shortestHold + held };
}
const placeOf = (fault: ScheduledFault['fault']): string => {
  if (fault['server'] === undefined) return fault.type === 'redis-flush' ? 'redis' : 'kafka';
  return fault.type === 'database-lock' ? 'main stock' : `postgres:${String(fault['server'])}`;
};

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
      target: { name: 'any', tables: new Set(inventory.invariants.flatMap(({ needs }) => needs)), readModel: true },
    };
    fc.assert(
      fc.property(seeds, offers, (seed, offer) => {
        const faults = faultSchedule(seed, offer, scenario);
        expect(validateScenario({ ...scenario, faults }, rules)).toEqual([]);
      }),
    );
  });

  it('has one to four faults, the first after a look at the steady state, the last healed 4 s before the load ends', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const faults = faultSchedule(seed, everything, scenario);
        expect(faults.length).toBeGreaterThanOrEqual(1);
        expect(faults.length).toBeLessThanOrEqual(4);
        expect(faults.map(strikesMs)).toEqual(faults.map(strikesMs).toSorted((a, b) => a - b));
        for (const one of faults) {
          expect(strikesMs(one)).toBeGreaterThanOrEqual(saleStartMs + 2_000);
          expect(strikesMs(one) + drawnAs(one, everything).lastsMs).toBeLessThanOrEqual(curve.durationMs - 4_000);
        }
      }),
    );
  });

  it('overlaps faults now and then, and never two that touch the same thing', () => {
    let overlapping = 0;
    for (let seed = 0; seed < 300; seed++) {
      const placed = faultSchedule(seed, everything, scenario).map((one) => ({
        ...drawnAs(one, everything),
        from: strikesMs(one),
      }));
      for (const [index, one] of placed.entries()) {
        for (const other of placed.slice(index + 1)) {
          if (one.from + one.lastsMs <= other.from || other.from + other.lastsMs <= one.from) continue;
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
        const types = strikable(offer);
        for (const { fault } of faultSchedule(seed, offer, scenario)) {
          expect(types).toContain(fault.type);
          if (fault['process'] !== undefined)
            expect(offer.processes.map(({ name }) => name)).toContain(fault['process']);
          if (fault['store'] !== undefined) expect(offer.stores).toContain(fault['store']);
          if (fault['dependency'] !== undefined) expect(offer.dependencies).toContain(fault['dependency']);
          if (fault['topic'] !== undefined) expect(offer.topics).toContain(fault['topic']);
        }
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

  it('draws every fault that there is', () => {
    expect([...draws.keys()].toSorted()).toEqual([...allFaults.keys()].toSorted());
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
      tables: [
        { server: 'main', table: 'decided' },
        { server: 'main', table: 'stock' },
      ],
    });
  });

  it('leaves nothing to strike of somebody else’s servers but what goes over the wire', () => {
    const external = faultOffer(streaming, { ownsStores: false, proxies: false, logVolume: false });
    expect(strikable(external)).toEqual([
      'worker-crash',
      'worker-freeze',
      'worker-starve',
      'worker-leak',
      'redis-flush',
      'connections-exhausted',
      'database-lock',
      'poison-messages',
      'redelivery',
    ]);
  });
});
