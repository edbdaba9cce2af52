/**
 * A miniature harness that strikes faults one after another and holds them all, to be killed meanwhile: `node faulty-harness.ts
 * <order as JSON>`. On standard output, one JSON line each, it reports its session, that it is ready, and, after a line on its
 * input, what was observed of each fault.
 */
import { once } from 'node:events';
import type { ToofanConfig } from '../../harness/config.ts';
import { agentModule } from '../../harness/faults/agent.ts';
import { faults, needsOfFaults } from '../../harness/faults/registry.ts';
import { at, type FaultSpec } from '../../harness/scenario/scenario.ts';
import { story } from '../../harness/scenario/time.ts';
import { startSession } from '../../harness/session/start-session.ts';
import type { StackKind } from '../../harness/stack/stack.ts';
import { startStack } from '../../harness/stack/start-stack.ts';
import { startProcesses } from '../../harness/target/start-processes.ts';
import { dependencySpec } from '../../simulators/dependencies/dependency-spec.ts';
import { target } from '../../simulators/inventory/streaming/target.ts';
import { smallWorld } from './small-world.ts';

/** What it is to strike, and where. */
export interface FaultyOrder {
  readonly stack: StackKind;
  readonly config: ToofanConfig;
  readonly faults: readonly FaultSpec[];
}

const order = JSON.parse(process.argv[2] ?? '') as FaultyOrder;
const boundMs = 120_000;
const say = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);

await using session = await startSession();
say({ id: session.id, folder: session.folder });
const { proxies = false, logVolume } = needsOfFaults({ faults: order.faults.map((fault) => at(story('0s'), fault)) });
const needs = { ...target.needs, faults: { proxies, ...(logVolume && { logVolumeMiB: 256 }) } };
const { config } = order;
await using stack = await startStack(
  order.stack,
  { ...needs, brief: true },
  { session, config, progress: () => undefined },
);
await target.prepare(stack.direct, smallWorld);
await using dependencies = await startProcesses(session, [dependencySpec('recommendations')]);
const context = { stack: stack.forTarget, timeScale: 1, dependencies: {} };
await using processes = await startProcesses(session, target.processes(context), { agent: agentModule });
// Bounded, so that a dead test leaves no harness behind.
const signal = AbortSignal.timeout(boundMs);
say({ ready: true });
await once(process.stdin, 'data', { signal });
for (const spec of order.faults) {
  const fault = faults.get(spec.type);
  if (fault === undefined) throw new Error(`unknown fault ${spec.type}`);
  const struck = await fault.strike(spec, { session, stack, target, processes, dependencies, timeScale: 1, signal });
  say({ seen: await struck.verify() });
}
await once(process.stdin, 'data', { signal });
