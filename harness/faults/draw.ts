import type { Dice } from '../domains/dice.ts';
import type { FaultSpec } from '../scenario/scenario.ts';
import type { Duration } from '../scenario/time.ts';

/** What a target and a machine offer as victims. */
export interface FaultOffer {
  readonly processes: readonly { readonly name: string; readonly count: number; readonly isNode: boolean }[];
  /** `kafka`, `redis`, `postgres:main`: what the target needs. */
  readonly stores: readonly string[];
  /** Whether the servers are ours to kill and to freeze. */
  readonly ownsStores: boolean;
  readonly proxies: boolean;
  readonly logVolume: boolean;
  readonly dependencies: readonly string[];
  /** The target's input topics. */
  readonly topics: readonly string[];
  /** The target's consumer groups. */
  readonly groups: readonly string[];
  /** Tables with the target's books, and the Postgres of each. */
  readonly tables: readonly { readonly server: string; readonly table: string }[];
}

/**
 * How `toofan soak` draws a fault: the places where it can strike, and its parameters at one of them. Holds are short: the drill
 * of a seed has some twenty seconds, recovery included.
 */
export interface Draw<Parameters = object> {
  places(offer: FaultOffer): readonly string[];
  /** Shortest and longest hold, wall milliseconds; absent if a fault is over at once. */
  readonly holdMs?: readonly [least: number, most: number];
  /**
   * From the end of the hold until it has healed, wall milliseconds: a generous estimate that includes its proofs and a restart.
   */
  readonly moreMs: number | ((place: string) => number);
  parameters(place: string, hold: Duration, dice: Dice, offer: FaultOffer): Parameters;
  /**
   * Two faults that touch the same thing never overlap: neither could be seen to strike or to heal. Default: the place itself.
   */
  touches?(place: string, offer: FaultOffer): readonly string[];
}

/** A fault with its parameters, and its facts for a schedule. */
export interface DrawnFault {
  readonly fault: FaultSpec;
  /** Wall time from its strike until it has healed. */
  readonly lastsMs: number;
  readonly touches: readonly string[];
}

/** One fault at a place. A seed's schedule depends on these rolls of the dice and their order. */
export function drawFault(
  { type, draw }: { readonly type: string; readonly draw: Draw },
  place: string,
  dice: Dice,
  offer: FaultOffer,
): DrawnFault {
  const [least, most] = draw.holdMs ?? [0, 0];
  const holdMs = dice.between(least, most, 100);
  return {
    fault: { ...draw.parameters(place, `${holdMs}ms`, dice, offer), type },
    lastsMs: holdMs + (typeof draw.moreMs === 'number' ? draw.moreMs : draw.moreMs(place)),
    touches: draw.touches?.(place, offer) ?? [place],
  };
}

export const processes = ({ processes: all }: FaultOffer): string[] => all.map(({ name }) => name);
/** The stores that the harness may kill. */
export const ownStores = ({ stores, ownsStores }: FaultOffer): readonly string[] => (ownsStores ? stores : []);
/** The stores that the target reaches through a proxy. */
export const proxied = ({ stores, proxies }: FaultOffer): readonly string[] => (proxies ? stores : []);
export const dependencies = ({ dependencies: all }: FaultOffer): readonly string[] => all;
export const topics = ({ topics: all }: FaultOffer): readonly string[] => all;

/** The whole target: for faults that need all of it, or stop it. */
export const everythingOf = (offer: FaultOffer): readonly string[] => [
  ...offer.stores.flatMap(serverAndNetwork),
  ...processes(offer),
  ...offer.dependencies,
];

/** One to all instances of a process. */
export const someOf = (process: string, dice: Dice, offer: FaultOffer): number =>
  dice.between(1, offer.processes.find(({ name }) => name === process)?.count ?? 1);

/** The network path to a store. */
export const network = (store: string): string => `network:${store}`;
/** A server and its network path. */
export const serverAndNetwork = (store: string): readonly string[] => [store, network(store)];

/** A client of a store that does not answer gives up after 3 s. */
export const silenceMs = 3_500;
