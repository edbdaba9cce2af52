import type { Domain } from '../domains/domain.ts';
import type { DrillRecord } from '../history/drill-record.ts';
import type { History } from '../history/reader.ts';
import { actionDoubts } from './action-doubts.ts';
import { brokersDoubt } from './clock-doubt.ts';
import { endDoubts } from './ends.ts';
import { type Facts, judgesLostAcks, lostBy, offsetMs } from './facts.ts';
import { keptUpP99Ms } from './generator.ts';
import type { EventResult, GeneratorResult } from './judgement.ts';
import type { ReachedResult } from './reached-result.ts';
import { doubtsOfMachine, type Machine } from './machine.ts';
import { unreachedDoubts } from './reached.ts';
import { sharedStoreDoubts } from './shared-stores.ts';
import { foreignDoubts } from './unsubmitted.ts';

/** Where doubts can come from. */
interface Grounds {
  readonly facts: Facts;
  readonly generator: GeneratorResult;
  readonly machine: Machine;
  readonly events: readonly EventResult[];
  readonly reached: readonly ReachedResult[];
}

/** What keeps a drill from passing, whatever was measured; empty if nothing does. */
export async function doubtsOf(history: History, domain: Domain, grounds: Grounds): Promise<string[]> {
  const { facts, generator, machine, events, reached } = grounds;
  const { drill } = history;
  return [
    ...doubtsOfLoad(facts, generator),
    ...doubtsOfClocks(facts),
    ...endDoubts(drill),
    ...doubtsOfFaults(drill),
    ...sharedStoreDoubts(drill),
    ...(facts.lostAcks > 0 && !judgesLostAcks(domain, drill) ? [lostBy(facts.lostAcks)] : []),
    ...(await foreignDoubts(history)),
    ...actionDoubts(drill, events),
    ...doubtsOfMachine(machine),
    ...unreachedDoubts(drill, reached),
  ];
}

function doubtsOfLoad(facts: Facts, generator: GeneratorResult): string[] {
  const doubts: string[] = [];
  if (facts.falseFailures > 0)
    doubts.push(`${facts.falseFailures} sends were recorded as failed but are in the log: a bug in the generator`);
  doubts.push(...fallenBehind(generator));
  if (facts.operations < generator.sent)
    doubts.push(
      `The history has ${facts.operations} operations, but the generators sent ${generator.sent}: parts are missing`,
    );
  return doubts;
}

function fallenBehind({ unsent, late, unknown }: GeneratorResult): string[] {
  if (unknown !== undefined) return [`Cannot tell whether the generator kept up: ${unknown}`];
  if (unsent > 0) return [`The generator fell behind: ${unsent} operations were never sent`];
  return late.map(
    ({ phase, sendErrorP99Ms }) =>
      `The generator fell behind in ${phase}: send delay p99 ${sendErrorP99Ms.toFixed(1)} ms, above ${keptUpP99Ms} ms`,
  );
}

const doubtsOfClocks = (facts: Facts): string[] => [
  ...(facts.clockError > 0
    ? [`The clocks of generator and broker differ by ${offsetMs(facts).toFixed(1)} ms: latencies are void`]
    : []),
  ...brokersDoubt(facts.clocks),
];

function doubtsOfFaults({ faults, scenario }: DrillRecord): string[] {
  const doubts = faults.flatMap(({ name, verified, healed, detail }) => {
    if (!verified) return [`The fault ${name} was not seen to strike: ${detail}`];
    return healed ? [] : [`The fault ${name} was not seen to heal: ${detail}`];
  });
  if (faults.length < scenario.faults.length)
    doubts.push(`Only ${faults.length} of ${scenario.faults.length} faults of the scenario were injected`);
  return doubts;
}
