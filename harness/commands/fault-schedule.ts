import { type Dice, diceOf } from '../domains/dice.ts';
import { drawFault, type DrawnFault, type FaultOffer } from '../faults/draw.ts';
import { faults } from '../faults/registry.ts';
import { compileLoad, type LoadCurve } from '../load/load-curve.ts';
import { at, type Moment, type Scenario, type ScheduledFault } from '../scenario/scenario.ts';

const stream = 0x50a4;
const mostFaults = 4;
/** A schedule with no room for another fault stays as it is. */
const triesAFault = 20;
const stepMs = 100;

/** When faults may strike. */
export interface StrikeWindow {
  /** Earliest strike after the warm-up: the pipeline must be seen steady before. */
  readonly afterWarmUpMs: number;
  /** Latest strike before the end of the load. */
  readonly beforeEndMs: number;
  /** Whether each must also have healed by then, so that the load shows the recovery. */
  readonly healsBefore: boolean;
}
const longDrill: StrikeWindow = { afterWarmUpMs: 2_000, beforeEndMs: 4_000, healsBefore: true };

/**
 * Seeds have always drawn from these in this order; newer faults follow alphabetically. So the order of the types in `--faults`
 * never changes, nor does what a seed draws from them.
 */
export const drawnFirst: readonly string[] = [
  'worker-crash',
  'worker-freeze',
  'worker-starve',
  'worker-leak',
  'store-kill',
  'store-freeze',
  'redis-flush',
  'connections-exhausted',
  'database-lock',
  'broker-disk-full',
  'network-latency',
  'network-bandwidth',
  'network-cut',
  'network-reset',
  'dependency-down',
  'dependency-slow',
  'dependency-failing',
  'dependency-limited',
  'poison-messages',
  'redelivery',
];
const inOrder = [...new Set([...drawnFirst, ...faults.keys()])].flatMap((type) => faults.get(type) ?? []);

/** The types in the offer that can strike; limited to `only`, if it names any. */
export const strikable = (offer: FaultOffer, only: readonly string[] = []): string[] =>
  inOrder.flatMap(({ type, draw }) =>
    draw.places(offer).length > 0 && (only.length === 0 || only.includes(type)) ? [type] : [],
  );

/**
 * One to four faults with parameters and times, in the order of their strikes: a pure function of the seed and the offer. They
 * may overlap unless they touch the same thing. By default the last has healed some seconds before the load ends. Empty if
 * nothing can strike.
 */
export function faultSchedule(
  seed: number,
  offer: FaultOffer,
  scenario: Pick<Scenario, 'load' | 'loadScale'>,
  only: readonly string[] = [],
  window = longDrill,
): ScheduledFault[] {
  const curve = compileLoad(scenario.load, scenario.loadScale ?? 1);
  return placeFaults(seed, offer, curve, only, window).map(({ fault, strikesMs }) =>
    at(momentOf(curve, strikesMs), fault),
  );
}

interface PlacedFault extends DrawnFault {
  /** From the start of the load. */
  readonly strikesMs: number;
}

/** The faults of a schedule on the load's own clock, with their assumed durations. */
export function placeFaults(
  seed: number,
  offer: FaultOffer,
  curve: LoadCurve,
  only: readonly string[] = [],
  { afterWarmUpMs, beforeEndMs, healsBefore } = longDrill,
): PlacedFault[] {
  const dice = diceOf(seed, stream);
  const types = strikable(offer, only);
  const saleStartMs = curve.phases.find(({ warmUp }) => !warmUp)?.startMs ?? 0;
  const window = { fromMs: saleStartMs + afterWarmUpMs, untilMs: curve.durationMs - beforeEndMs, healsBefore };
  const placed: PlacedFault[] = [];
  const wanted = dice.between(1, mostFaults);
  for (let tries = wanted * triesAFault; placed.length < wanted && tries > 0; tries--) {
    const one = place(types, offer, window, dice);
    if (one !== undefined && placed.every((other) => !collide(one, other))) placed.push(one);
  }
  return placed.toSorted((a, b) => a.strikesMs - b.strikesMs);
}

/** One fault somewhere in the window; undefined if it would not end in time. */
function place(
  types: readonly string[],
  offer: FaultOffer,
  {
    fromMs,
    untilMs,
    healsBefore,
  }: { readonly fromMs: number; readonly untilMs: number; readonly healsBefore: boolean },
  dice: Dice,
): PlacedFault | undefined {
  const fault = faults.get(dice.oneOf(types) ?? '');
  const where = dice.oneOf(fault?.draw.places(offer) ?? []);
  if (fault === undefined || where === undefined) return undefined;
  const drawn = drawFault(fault, where, dice, offer);
  const latestMs = untilMs - (healsBefore ? drawn.lastsMs : 0);
  return latestMs < fromMs ? undefined : { ...drawn, strikesMs: dice.between(fromMs, latestMs, stepMs) };
}

const collide = (one: PlacedFault, other: PlacedFault): boolean =>
  one.strikesMs < other.strikesMs + other.lastsMs &&
  other.strikesMs < one.strikesMs + one.lastsMs &&
  one.touches.some((thing) => other.touches.includes(thing));

function momentOf(curve: LoadCurve, ms: number): Moment {
  const phase = curve.phases.findLast(({ startMs }) => startMs <= ms);
  if (phase === undefined) throw new RangeError(`no phase at ${ms} ms`);
  return { phase: phase.name, after: `${ms - phase.startMs}ms` };
}
