import { settlePhase } from '../capacity/hold-scenario.ts';
import { diceOf } from '../domains/dice.ts';
import { usageError } from '../errors.ts';
import { drawFault } from '../faults/draw.ts';
import { faults } from '../faults/registry.ts';
import { didYouMean } from '../scenario/did-you-mean.ts';
import { at, type ScheduledFault } from '../scenario/scenario.ts';
import type { StackKind } from '../stack/stack.ts';
import type { Target } from '../target/target.ts';
import { faultOffer, machineOffer } from './fault-offer.ts';
import { strikable } from './fault-schedule.ts';

const stream = 0xca9a;
/** The members of a fault that say how long it is held. */
const holds = ['for', 'downFor'];

/**
 * A fault of that type that stands for `forMs` from the moment at which a hold is at its rate, at the first place where it can strike and with
 * parameters drawn once and for all. Refuses (64) one that there is not, that cannot strike here, or that is over at once.
 */
export async function standingFault(
  type: string,
  target: Target,
  stack: 'auto' | StackKind,
  forMs: number,
): Promise<ScheduledFault> {
  const fault = faults.get(type);
  if (fault === undefined) throw usageError(`--under: unknown fault '${type}'.${didYouMean(type, [...faults.keys()])}`);
  const offer = faultOffer(target, await machineOffer(stack));
  const [place] = fault.draw.places(offer);
  if (place === undefined)
    throw usageError(
      `--under: ${type} cannot strike ${target.name} here; those that can: ${strikable(offer).join(', ')}`,
    );
  const drawn = drawFault(fault, place, diceOf(0, stream), offer).fault;
  const member = holds.find((name) => name in drawn);
  if (member === undefined) throw usageError(`--under: ${type} is over at once and cannot stand during a hold`);
  return at({ phase: settlePhase, after: '0s' }, { ...drawn, [member]: `${forMs}ms` });
}
