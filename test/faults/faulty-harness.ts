/**
 * A harness in small that strikes one fault and holds it, to be killed meanwhile: `node faulty-harness.ts <fault as JSON>`.
 * Tells of its session and then of what was seen of the fault on its standard output, a JSON line each.
 */
import { once } from 'node:events';
import { agentModule } from '../../harness/faults/agent.ts';
import { faults } from '../../harness/faults/index.ts';
import type { FaultSpec } from '../../harness/scenario/scenario.ts';
import { startSession } from '../../harness/session/start-session.ts';
import { startStack } from '../../harness/stack/start-stack.ts';
import { startProcesses } from '../../harness/target/start-processes.ts';
import { target } from '../../simulators/inventory/streaming/target.ts';
import { smallWorld } from './small-world.ts';

const spec = JSON.parse(process.argv[2] ?? '') as FaultSpec;
const fault = faults.get(spec.type);
if (fault === undefined) throw new Error(`no fault is called ${spec.type}`);
const boundMs = 120_000;
const say = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);

await using session = await startSession();
say({ id: session.id, folder: session.folder });
const { proxies = false, logVolume = false } = fault.needs?.(spec) ?? {};
const needs = { ...target.needs, faults: { proxies, ...(logVolume && { logVolumeMiB: 256 }) } };
await using stack = await startStack('local', needs, { session, config: {}, progress: () => undefined });
await target.prepare(stack.direct, smallWorld);
const context = { stack: stack.forTarget, timeScale: 1, dependencies: {} };
await using processes = await startProcesses(session, target.processes(context), { agent: agentModule });
await using dependencies = await startProcesses(session, []);
const signal = AbortSignal.timeout(boundMs);
const struck = await fault.strike(spec, { session, stack, target, processes, dependencies, timeScale: 1, signal });
say({ seen: await struck.verify() });
// Bounded, so that a test that died leaves no harness behind.
await once(process.stdin, 'data', { signal });
