import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runFaults } from '../../harness/drill/scheduled-faults.ts';
import { agentModule } from '../../harness/faults/agent.ts';
import type { FaultContext } from '../../harness/faults/fault.ts';
import { dependencyFailing, dependencySlow } from '../../harness/faults/index.ts';
import { faults } from '../../harness/faults/registry.ts';
import { writeToTopic } from '../../harness/faults/write-to-topic.ts';
import type { FaultSpec } from '../../harness/scenario/scenario.ts';
import type { StackNeeds } from '../../harness/stack/stack.ts';
import type { TargetProcesses } from '../../harness/target/processes.ts';
import { startProcesses } from '../../harness/target/start-processes.ts';
import { dependencySpec } from '../../simulators/dependencies/dependency-spec.ts';
import { target } from '../../simulators/inventory/streaming/target.ts';
import { nightly } from '../nightly.ts';
import { sharedStack } from '../shared-stack.ts';
import { containerConfig } from '../stack/needs.ts';
import { order } from '../targets/operations.ts';
import { smallWorld } from './small-world.ts';

const containers = await containerConfig();
const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
const needs: StackNeeds = {
  ...target.needs,
  faults: { proxies: true, ...(isRoot && { logVolumeMiB: 256 }) },
};

/** Every trial of every fault: what strikes, and what must be observed of the first. */
const trials = [...faults.values()].flatMap((fault) =>
  fault.trials.map(({ with: parameters, beside = [], seen }) => {
    const spec: FaultSpec = { ...parameters, type: fault.type };
    const name = [fault.type, spec['store']].filter(Boolean).join(' ');
    return { name, specs: [spec, ...beside], seen, takesRoot: fault.needs?.(spec).logVolume === true };
  }),
);
/** There is something in the log that can be redelivered, read again, and answered. */
const orders = smallWorld.catalogue.map(({ key }, index) => target.encode(order(index + 1, key), 1));

async function settingsAt(port: number | undefined): Promise<unknown> {
  const answer = await fetch(`http://127.0.0.1:${port}/settings`);
  return answer.json();
}

for (const kind of ['local', 'containers'] as const) {
  describe.skipIf(kind === 'containers' && (!nightly || containers === undefined))(
    `faults on a stack of ${kind}`,
    () => {
      const shared = sharedStack(needs, kind, containers ?? {});
      let processes: TargetProcesses;
      let dependencies: TargetProcesses;

      beforeAll(async () => {
        const { session, stack } = shared;
        await stack.reset(needs);
        await target.prepare(stack.direct, smallWorld);
        dependencies = await startProcesses(session, [dependencySpec('recommendations')]);
        const context = { stack: stack.forTarget, timeScale: 1, dependencies: {} };
        processes = await startProcesses(session, target.processes(context), { agent: agentModule });
        await writeToTopic('orders', { stack, target }, 'order-events', orders);
      });
      afterAll(async () => {
        await processes?.[Symbol.asyncDispose]();
        await dependencies?.[Symbol.asyncDispose]();
      });

      const struck = async (...specs: FaultSpec[]) => {
        const context: FaultContext = {
          session: shared.session,
          stack: shared.stack,
          target,
          processes,
          dependencies,
          timeScale: 1,
          signal: new AbortController().signal,
        };
        const now = specs.map((fault) => ({ spec: fault, atMs: Date.now() }));
        return runFaults(now, context, Promise.resolve(null), () => {});
      };

      for (const { name, specs, seen, takesRoot } of trials)
        it.skipIf(takesRoot && !isRoot)(`${name} is shown to strike and to heal`, async () => {
          const [record] = await struck(...specs);
          expect(record?.detail).toMatch(seen);
          expect(record).toMatchObject({ verified: true, healed: true });
        });

      it('two faults of one dependency at once take back their own alone', async () => {
        const dependency = 'recommendations';
        const port = dependencies.instances[0]?.port;
        const before = await settingsAt(port);
        const records = await struck(
          dependencySlow({ dependency, latencyMs: 100, for: '100ms' }),
          dependencyFailing({ dependency, errorShare: 0.5, for: '500ms' }),
        );
        expect(records).toMatchObject([
          { verified: true, healed: true },
          { verified: true, healed: true },
        ]);
        expect(await settingsAt(port)).toEqual(before);
      });
    },
  );
}
