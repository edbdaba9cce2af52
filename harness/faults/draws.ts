import type { Dice } from '../domains/dice.ts';
import type { FaultSpec } from '../scenario/scenario.ts';
import type { Duration } from '../scenario/time.ts';
import { brokerDiskFull } from './broker-disk-full.ts';
import { connectionsExhausted } from './connections-exhausted.ts';
import { databaseLock } from './database-lock.ts';
import { dependencyDown } from './dependency-down.ts';
import { dependencyFailing } from './dependency-failing.ts';
import { dependencyLimited } from './dependency-limited.ts';
import { dependencySlow } from './dependency-slow.ts';
import { networkBandwidth } from './network-bandwidth.ts';
import { networkCut } from './network-cut.ts';
import { networkLatency } from './network-latency.ts';
import { networkReset } from './network-reset.ts';
import { poisonMessages } from './poison-messages.ts';
import { redelivery } from './redelivery.ts';
import { redisFlush } from './redis-flush.ts';
import { storeFreeze } from './store-freeze.ts';
import { storeKill } from './store-kill.ts';
import { workerCrash } from './worker-crash.ts';
import { workerFreeze } from './worker-freeze.ts';
import { workerLeak } from './worker-leak.ts';
import { workerStarve } from './worker-starve.ts';

/** What a target and a machine offer to strike at. */
export interface FaultOffer {
  readonly processes: readonly { readonly name: string; readonly count: number; readonly isNode: boolean }[];
  /** `kafka`, `redis`, `postgres:main`: what the target needs. */
  readonly stores: readonly string[];
  /** The servers are ours to kill and to freeze. */
  readonly ownsStores: boolean;
  readonly proxies: boolean;
  readonly logVolume: boolean;
  readonly dependencies: readonly string[];
  /** The target's input topics. */
  readonly topics: readonly string[];
  /** Tables that the target's books are kept in, and the Postgres of each. */
  readonly tables: readonly { readonly server: string; readonly table: string }[];
}

/** A fault with its parameters, and what a schedule must know of it. */
export interface DrawnFault {
  readonly fault: FaultSpec;
  /** Wall time from its strike until it has healed, generously: what its proofs and a restart take is in it. */
  readonly lastsMs: number;
  /** Two faults that touch the same thing never overlap: neither could be shown to have struck, or to have healed. */
  readonly touches: readonly string[];
}

/** How one kind of fault is drawn: the places where it can strike, and its parameters at one of them. */
export interface Draw {
  places(offer: FaultOffer): readonly string[];
  at(place: string, dice: Dice, offer: FaultOffer): DrawnFault;
}

const network = (store: string) => `network:${store}`;
/** A server and the way to it. */
const server = (store: string) => [store, network(store)];
const hold = (ms: number): Duration => `${ms}ms`;
const draw = (
  places: Draw['places'],
  most: {
    readonly holdMs: readonly [least: number, most: number];
    readonly moreMs: number | ((place: string) => number);
  },
  make: (place: string, span: Duration, dice: Dice, offer: FaultOffer) => FaultSpec,
  touches: (place: string, offer: FaultOffer) => readonly string[] = (place) => [place],
): Draw => ({
  places,
  at(place, dice, offer) {
    const holdMs = dice.between(...most.holdMs, 100);
    const moreMs = typeof most.moreMs === 'number' ? most.moreMs : most.moreMs(place);
    return {
      fault: make(place, hold(holdMs), dice, offer),
      lastsMs: holdMs + moreMs,
      touches: touches(place, offer),
    };
  },
});

const processes = ({ processes: all }: FaultOffer) => all.map(({ name }) => name);
const nodeProcesses = ({ processes: all }: FaultOffer) => all.filter(({ isNode }) => isNode).map(({ name }) => name);
const ownStores = ({ stores, ownsStores }: FaultOffer) => (ownsStores ? stores : []);
const proxied = ({ stores, proxies }: FaultOffer) => (proxies ? stores : []);
const databases = ({ stores }: FaultOffer) => stores.filter((store) => store.startsWith('postgres:'));
const dependencies = ({ dependencies: all }: FaultOffer) => all;
const some = (process: string, dice: Dice, offer: FaultOffer) =>
  dice.between(1, offer.processes.find(({ name }) => name === process)?.count ?? 1);
const everything = (offer: FaultOffer) => [...offer.stores.flatMap(server), ...processes(offer), ...offer.dependencies];

/** A broker that was killed registers again when its old session of 3 s is over, and starts in some more. */
const restartMs = (store: string) => (store === 'kafka' ? 8_000 : 3_000);
/** Whoever asks a store that says nothing gives up after 3 s. */
const silenceMs = 3_500;
/** Hundreds of connections are not had, and not given back, at once where the machine is busy. */
const takingMs = 4_000;
const none = [0, 0] as const;

/** Every fault by its type. Holds are short: the drill of a seed has some twenty seconds, recovery included. */
export const draws: ReadonlyMap<string, Draw> = new Map<string, Draw>([
  [
    'worker-crash',
    draw(processes, { holdMs: [300, 3_000], moreMs: 5_000 }, (process, downFor, dice, offer) =>
      workerCrash({ process, count: some(process, dice, offer), downFor }),
    ),
  ],
  [
    'worker-freeze',
    draw(processes, { holdMs: [300, 5_000], moreMs: 1_000 }, (process, span, dice, offer) =>
      workerFreeze({ process, count: some(process, dice, offer), for: span }),
    ),
  ],
  [
    'worker-starve',
    draw(processes, { holdMs: [2_000, 5_000], moreMs: 2_500 }, (process, span, dice, offer) =>
      workerStarve({ process, count: some(process, dice, offer), cpuShare: dice.between(1, 6) / 10, for: span }),
    ),
  ],
  [
    'worker-leak',
    draw(nodeProcesses, { holdMs: [2_000, 4_000], moreMs: 5_000 }, (process, span, dice, offer) =>
      workerLeak({ process, count: some(process, dice, offer), mibPerSecond: dice.between(20, 80, 10), for: span }),
    ),
  ],
  [
    'store-kill',
    draw(
      ownStores,
      { holdMs: [300, 2_000], moreMs: restartMs },
      (store, downFor) => storeKill({ store, downFor }),
      server,
    ),
  ],
  [
    'store-freeze',
    draw(
      ownStores,
      { holdMs: [300, 4_000], moreMs: silenceMs },
      (store, span) => storeFreeze({ store, for: span }),
      server,
    ),
  ],
  [
    'redis-flush',
    draw(
      ({ stores }) => stores.filter((store) => store === 'redis'),
      { holdMs: none, moreMs: 4_000 },
      () => redisFlush(),
    ),
  ],
  [
    'connections-exhausted',
    draw(
      databases,
      { holdMs: [500, 4_000], moreMs: takingMs },
      (store, span) => connectionsExhausted({ server: store.replace(/^postgres:/, ''), for: span }),
      server,
    ),
  ],
  [
    'database-lock',
    draw(
      ({ tables }) => tables.map(({ server: name, table }) => `${name} ${table}`),
      { holdMs: [500, 3_000], moreMs: 2_500 },
      (place, span) => {
        const [name = '', table = ''] = place.split(' ');
        return databaseLock({ server: name, lock: `LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`, for: span });
      },
      // It is seen by transactions that wait for it: the pipeline must be at work.
      (_, offer) => everything(offer),
    ),
  ],
  [
    'broker-disk-full',
    draw(
      (offer) => (offer.logVolume ? ['kafka'] : []),
      { holdMs: [300, 1_500], moreMs: 10_000 },
      (_, span) => brokerDiskFull({ for: span }),
      server,
    ),
  ],
  [
    'network-latency',
    draw(
      proxied,
      { holdMs: [500, 4_000], moreMs: 2_000 },
      (store, span, dice) => {
        const latencyMs = dice.between(20, 500, 20);
        return networkLatency({ store, latencyMs, jitterMs: dice.between(0, latencyMs / 2, 10), for: span });
      },
      (store) => [network(store)],
    ),
  ],
  [
    'network-bandwidth',
    draw(
      proxied,
      { holdMs: [500, 4_000], moreMs: silenceMs },
      (store, span, dice) => networkBandwidth({ store, kibPerSecond: dice.between(32, 512, 32), for: span }),
      (store) => [network(store)],
    ),
  ],
  [
    'network-cut',
    draw(
      proxied,
      { holdMs: [500, 4_000], moreMs: silenceMs },
      (store, span) => networkCut({ store, for: span }),
      (store) => [network(store)],
    ),
  ],
  [
    'network-reset',
    draw(
      proxied,
      { holdMs: [500, 3_000], moreMs: silenceMs },
      (store, span) => networkReset({ store, for: span }),
      (store) => [network(store)],
    ),
  ],
  [
    'dependency-down',
    draw(dependencies, { holdMs: [500, 4_000], moreMs: 2_500 }, (dependency, span) =>
      dependencyDown({ dependency, for: span }),
    ),
  ],
  [
    'dependency-slow',
    draw(dependencies, { holdMs: [500, 4_000], moreMs: 2_000 }, (dependency, span, dice) =>
      dependencySlow({ dependency, latencyMs: dice.between(100, 2_000, 100), for: span }),
    ),
  ],
  [
    'dependency-failing',
    draw(dependencies, { holdMs: [500, 4_000], moreMs: 2_000 }, (dependency, span, dice) =>
      dependencyFailing({ dependency, errorShare: dice.between(2, 10) / 10, for: span }),
    ),
  ],
  [
    'dependency-limited',
    draw(dependencies, { holdMs: [500, 4_000], moreMs: 2_000 }, (dependency, span, dice) =>
      dependencyLimited({ dependency, perSecond: dice.between(0, 200, 10), for: span }),
    ),
  ],
  [
    'poison-messages',
    draw(
      ({ topics }) => topics,
      { holdMs: none, moreMs: 1_000 },
      (topic, _, dice) => poisonMessages({ topic, count: dice.between(1, 50) }),
      // Written past the proxy, to a broker that must be there.
      () => ['kafka'],
    ),
  ],
  [
    'redelivery',
    draw(
      ({ topics }) => topics,
      { holdMs: none, moreMs: 2_000 },
      (topic, _, dice) =>
        redelivery({
          topic,
          count: dice.between(10, 300, 10),
          order: dice.oneOf(['same', 'reversed'] as const) ?? 'same',
        }),
      () => ['kafka'],
    ),
  ],
]);
