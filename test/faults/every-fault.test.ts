import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runFaults } from '../../harness/drill/scheduled-faults.ts';
import { agentModule } from '../../harness/faults/agent.ts';
import { brokerDiskFull } from '../../harness/faults/broker-disk-full.ts';
import { connectionsExhausted } from '../../harness/faults/connections-exhausted.ts';
import { databaseLock } from '../../harness/faults/database-lock.ts';
import { dependencyDown } from '../../harness/faults/dependency-down.ts';
import { dependencyFailing } from '../../harness/faults/dependency-failing.ts';
import { dependencyLimited } from '../../harness/faults/dependency-limited.ts';
import { dependencySlow } from '../../harness/faults/dependency-slow.ts';
import type { FaultContext } from '../../harness/faults/fault.ts';
import { faults } from '../../harness/faults/registry.ts';
import { networkBandwidth } from '../../harness/faults/network-bandwidth.ts';
import { networkCut } from '../../harness/faults/network-cut.ts';
import { networkLatency } from '../../harness/faults/network-latency.ts';
import { networkReset } from '../../harness/faults/network-reset.ts';
import { poisonMessages } from '../../harness/faults/poison-messages.ts';
import { redelivery } from '../../harness/faults/redelivery.ts';
import { redisFlush } from '../../harness/faults/redis-flush.ts';
import { storeFreeze } from '../../harness/faults/store-freeze.ts';
import { storeKill } from '../../harness/faults/store-kill.ts';
import { workerCrash } from '../../harness/faults/worker-crash.ts';
import { workerFreeze } from '../../harness/faults/worker-freeze.ts';
import { workerLeak } from '../../harness/faults/worker-leak.ts';
import { workerStarve } from '../../harness/faults/worker-starve.ts';
import type { FaultSpec } from '../../harness/scenario/scenario.ts';
import type { StackNeeds } from '../../harness/stack/stack.ts';
import type { TargetProcesses } from '../../harness/target/processes.ts';
import { startProcesses } from '../../harness/target/start-processes.ts';
import { dependencySpec } from '../../simulators/dependencies/dependency-spec.ts';
import { target } from '../../simulators/inventory/streaming/target.ts';
import { sharedStack } from '../shared-stack.ts';
import { containerConfig } from '../stack/needs.ts';
import { smallWorld } from './small-world.ts';
import { nightly } from '../nightly.ts';

const containers = await containerConfig();
const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
const needs: StackNeeds = {
  ...target.needs,
  faults: { proxies: true, ...(isRoot && { logVolumeMiB: 256 }) },
};
const hold = '300ms';

/** Each fault with what must have been seen of it, when it struck and when it healed. */
const table: readonly [FaultSpec, RegExp][] = [
  [workerCrash({ count: 1, downFor: hold }), /killed inventory-worker-0; inventory-worker-0 ready again/],
  [workerFreeze({ count: 1, for: hold }), /inventory-worker-0 stopped; inventory-worker-0 run again/],
  [workerStarve({ cpuShare: 0.2, for: hold }), /stopped for \d+ % of a second; .* run all the time/],
  [workerLeak({ count: 1, mibPerSecond: 60, for: '6s' }), /grow by .* MiB\/s; .*had run out of memory \(it ended with/],
  [storeKill({ store: 'redis', downFor: hold }), /redis does not answer.*redis answers again/],
  [storeFreeze({ store: 'redis', for: hold }), /redis does not answer.*redis answers again/],
  [storeKill({ store: 'postgres:main', downFor: hold }), /postgres:main does not answer.*postgres:main answers again/],
  [storeFreeze({ store: 'postgres:main', for: hold }), /postgres:main does not answer.*postgres:main answers again/],
  [storeKill({ store: 'kafka', downFor: hold }), /kafka does not answer.*kafka answers again/],
  [storeFreeze({ store: 'kafka', for: hold }), /kafka does not answer.*kafka answers again/],
  [redisFlush(), /\d+ keys are gone; the pipeline wrote \d+ keys anew/],
  [connectionsExhausted({ for: hold }), /a fresh connection is refused.*to be had again/],
  [networkLatency({ store: 'postgres:main', latencyMs: 200, for: hold }), /takes \d+ ms through the proxy/],
  [networkLatency({ store: 'kafka', latencyMs: 200, for: hold }), /an answer of kafka takes \d+ ms/],
  [networkBandwidth({ store: 'redis', kibPerSecond: 8, for: hold }), /through 8 KiB\/s/],
  [networkCut({ store: 'redis', for: hold }), /redis does not answer.*answers through the proxy/],
  [networkCut({ store: 'kafka', for: hold }), /kafka does not answer.*answers through the proxy/],
  [networkReset({ store: 'postgres:main', for: hold }), /postgres:main does not answer.*answers through the proxy/],
  [dependencyDown({ dependency: 'recommendations', for: hold }), /does not answer; recommendations answers again/],
  [dependencySlow({ dependency: 'recommendations', latencyMs: 400, for: hold }), /answers 200 after 4\d\d ms/],
  [dependencyFailing({ dependency: 'recommendations', errorShare: 0.5, for: hold }), /failed 20 of 40 requests/],
  [dependencyLimited({ dependency: 'recommendations', perSecond: 5, for: hold }), /refused \d+ of 25 requests/],
  [poisonMessages({ topic: 'order-events', count: 7 }), /7 records that nobody can parse are in order-events/],
  [redelivery({ topic: 'order-events', count: 3, order: 'reversed' }), /written once more, the last one first/],
];

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

      it.each(
        table.map(([fault, seen]) => ({ name: [fault.type, fault['store']].filter(Boolean).join(' '), fault, seen })),
      )('$name is shown to strike and to heal', async ({ fault, seen }) => {
        const [record] = await struck(fault);
        expect(record).toMatchObject({ verified: true, healed: true });
        expect(record?.detail).toMatch(seen);
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

      it('database-lock is seen by those who wait', async () => {
        const lock = 'LOCK TABLE stock IN ACCESS EXCLUSIVE MODE';
        const [record] = await struck(
          databaseLock({ lock, for: hold }),
          redelivery({ topic: 'order-events', count: 3, order: 'same' }),
        );
        expect(record?.detail).toMatch(/\d+ transactions wait for the lock/);
        expect(record).toMatchObject({ verified: true, healed: true });
      });

      it.skipIf(!isRoot)(
        'broker-disk-full ends the broker, which comes back with all that it acknowledged',
        async () => {
          const [record] = await struck(brokerDiskFull({ for: hold }));
          expect(record?.detail).toMatch(/No space left on device.*kafka answers again/);
          expect(record).toMatchObject({ verified: true, healed: true });
        },
      );
    },
  );
}

it('tries every fault that there is', () => {
  const tried = new Set([...table.map(([fault]) => fault.type), 'database-lock', 'broker-disk-full']);
  expect([...faults.keys()].filter((type) => !tried.has(type))).toEqual([]);
});
