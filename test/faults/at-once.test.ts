import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadRegistry } from '../../harness/catalogue.ts';
import { planDrills } from '../../harness/commands/plan-drills.ts';
import { runDrill } from '../../harness/drill/run-drill.ts';
import { ExitCode } from '../../harness/exit-code.ts';
import { askStore } from '../../harness/faults/ask-store.ts';
import { dependencySlow } from '../../harness/faults/dependency-slow.ts';
import { networkLatency } from '../../harness/faults/network-latency.ts';
import { storeFreeze } from '../../harness/faults/store-freeze.ts';
import { storeKill } from '../../harness/faults/store-kill.ts';
import { workerCrash } from '../../harness/faults/worker-crash.ts';
import type { FaultRecord } from '../../harness/history/drill-record.ts';
import { judge } from '../../harness/judge/judge.ts';
import { decided, drained } from '../../harness/judge/objectives/index.ts';
import { exitCodeOf } from '../../harness/judge/verdict.ts';
import { at, defineScenario, steady, type FaultSpec } from '../../harness/scenario/scenario.ts';
import { story } from '../../harness/scenario/time.ts';
import { soak } from '../../scenarios/soak.ts';
import { target } from '../../simulators/inventory/resilient-2021/target.ts';
import { sharedStack } from '../shared-stack.ts';
import { nightly } from '../nightly.ts';

const shared = sharedStack({ ...target.needs, faults: { proxies: true } });
const registryModule = new URL('../../harness/catalogue.ts', import.meta.url).href;
const stores = ['kafka', 'postgres:main', 'redis'];
const dependency = 'recommendations';

interface Drilled {
  readonly code: ExitCode;
  readonly faults: readonly FaultRecord[];
  readonly broken: readonly string[];
}

/** A few seconds of load without warm-up, with all of these faults in their first millisecond. */
async function drilled(...faults: readonly FaultSpec[]): Promise<Drilled> {
  const scenario = defineScenario({
    ...soak,
    name: 'at-once',
    target: target.name,
    load: [steady({ perSecond: 300, for: '5s' })],
    faults: faults.map((fault) => at(story('0s'), fault)),
    objectives: [drained({ within: '30s' }), decided({ atLeast: 0.5 })],
  });
  const folder = await mkdtemp(join(tmpdir(), 'toofan-at-once-'));
  try {
    const found = await loadRegistry(folder);
    const registry = { ...found, scenarios: new Map([[scenario.name, scenario]]) };
    const [planned] = await planDrills(
      { scenario: scenario.name, targets: [], seed: 1, shards: 1, set: [] },
      { registry, registryModule, folder, command: 'a test' },
    );
    if (planned === undefined) throw new Error('no plan');
    const plan = { ...planned, historyFolder: join(folder, 'history') };
    const { session, stack } = shared;
    const signal = new AbortController().signal;
    const around = { session, stack, stackUpMs: 0, signal, onNote: () => {}, onSample: () => {} };
    const record = await runDrill(plan, around);
    const judgement = await judge(plan.historyFolder, plan.domain);
    const broken = judgement.invariants.filter(({ verdict }) => verdict !== 'pass').map(({ name }) => name);
    return { code: exitCodeOf(judgement), faults: record.faults, broken };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const struckAndHealed = { verified: true, healed: true };

describe('faults in the first moment of a drill', () => {
  afterEach(async () => {
    const { stack } = shared;
    for (const name of stores) await askStore(name, stack.direct);
    for (const name of stores) await askStore(name, stack.forTarget);
    expect(await Promise.all([...stack.proxies.values()].map((proxy) => proxy.active()))).toEqual([[], [], []]);
  });

  it.skipIf(!nightly)('strike, heal and break no promise, before a single order was answered', async () => {
    const result = await drilled(
      storeKill({ store: 'postgres:main', downFor: '1s' }),
      storeFreeze({ store: 'kafka', for: '500ms' }),
      workerCrash({ count: 1, downFor: '500ms' }),
    );
    expect(result.faults).toMatchObject([struckAndHealed, struckAndHealed, struckAndHealed]);
    expect(result.broken).toEqual([]);
    expect(result.code).toBe(ExitCode.pass);
  });

  it.skipIf(!nightly)(
    'of which several strike one victim end with all as before; of two that would do the very same one does',
    async () => {
      const slow = dependencySlow({ dependency, latencyMs: 100, for: '1s' });
      const late = networkLatency({ store: 'postgres:main', latencyMs: 50, for: '1s' });
      const { faults, broken, code } = await drilled(
        storeKill({ store: 'redis', downFor: '500ms' }),
        storeKill({ store: 'redis', downFor: '500ms' }),
        storeFreeze({ store: 'redis', for: '300ms' }),
        workerCrash({ count: 1, downFor: '300ms' }),
        workerCrash({ downFor: '300ms' }),
        slow,
        { ...slow, latencyMs: 200 },
        late,
        { ...late, latencyMs: 100 },
      );
      // The order of two simultaneous faults is unspecified.
      const outcomes = faults.map(({ verified, healed, detail }) => (verified && healed ? 'struck' : detail));
      expect(outcomes.toSorted()).toEqual([
        'not verified: another fault holds the latency of postgres:main',
        'not verified: another fault holds the latencyMs of recommendations-0',
        ...Array.from({ length: 7 }, () => 'struck'),
      ]);
      expect(broken).toEqual([]);
      // Some of the planned faults were not seen to strike.
      expect(code).toBe(ExitCode.inconclusive);
    },
  );
});
