import type { Dice } from '../domains/dice.ts';
import type { FaultSpec } from '../scenario/scenario.ts';
import type { Duration } from '../scenario/time.ts';

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
  /** The target's consumer groups. */
  readonly groups: readonly string[];
  /** Tables that the target's books are kept in, and the Postgres of each. */
  readonly tables: readonly { readonly server: string; readonly table: string }[];
}

/**
 * How `toofan soak` draws a fault: the places where it can strike, and its parameters at one of them. Holds are short: the drill
 * of a seed has some twenty seconds, recovery included.
 */
export interface Draw<Parameters = object> {
  places(offer: FaultOffer): readonly string[];
  /** The shortest and the longest hold, wall milliseconds; left out where a fault is over at once. */
  readonly holdMs?: readonly [least: number, most: number];
  /** From the end of the hold until it has healed, wall milliseconds, generously: its proofs and a restart are included. */
  readonly moreMs: number | ((place: string) => number);
  parameters(place: string, hold: Duration, dice: Dice, offer: FaultOffer): Parameters;
  /** Two faults that touch the same thing never overlap: neither could be seen to strike or to heal. The place itself where it is left out. */
  touches?(place: string, offer: FaultOffer): readonly string[];
}

/** A fault with its parameters, and what a schedule must know of it. */
export interface DrawnFault {
  readonly fault: FaultSpec;
  /** Wall time from its strike until it has healed. */
  readonly lastsMs: number;
  readonly touches: readonly string[];
}

/** One fault at a place. The rolls of the dice and their order are what a seed's schedule consists of. */
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
/** The stores that are the harness's own to kill. */
export const ownStores = ({ stores, ownsStores }: FaultOffer): readonly string[] => (ownsStores ? stores : []);
/** The stores that the target reaches through a proxy. */
export const proxied = ({ stores, proxies }: FaultOffer): readonly string[] => (proxies ? stores : []);
export const dependencies = ({ dependencies: all }: FaultOffer): readonly string[] => all;
export const topics = ({ topics: all }: FaultOffer): readonly string[] => all;

/** All that a target consists of: for faults that need it whole, or stop it. */
export const everythingOf = (offer: FaultOffer): readonly string[] => [
  ...offer.stores.flatMap(serverAndNetwork),
  ...processes(offer),
  ...offer.dependencies,
];

/** One to all instances of a process. */
export const someOf = (process: string, dice: Dice, offer: FaultOffer): number =>
  dice.between(1, offer.processes.find(({ name }) => name === process)?.count ?? 1);

/** The way to a store. */
export const network = (store: string): string => `network:${store}`;
/** A server and the way to it. */
export const serverAndNetwork = (store: string): readonly string[] => [store, network(store)];

/** Whoever asks a store that does not answer gives up after 3 s. */
export const silenceMs = 3_500;
