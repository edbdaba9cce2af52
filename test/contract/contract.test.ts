import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadRegistry } from '../../harness/catalogue.ts';
import { planDrills } from '../../harness/commands/plan-drills.ts';
import { runDrill } from '../../harness/drill/run-drill.ts';
import { judge } from '../../harness/judge/judge.ts';
import type { Judgement } from '../../harness/judge/judgement.ts';
import type { TargetProcesses } from '../../harness/target/processes.ts';
import { startProcesses } from '../../harness/target/start-processes.ts';
import type { Target } from 'toofan';
import { target as streaming } from '../../simulators/inventory/streaming/target.ts';
import { sharedStack } from '../shared-stack.ts';
import { buildJavaConsumer } from './java-target.ts';

const shared = sharedStack(streaming.needs);
const registryModule = new URL('../../harness/catalogue.ts', import.meta.url).href;

/** Drills a target of this folder's `toofan.config.ts`, as modified by `change`, and judges. */
async function drill(
  scenario: string,
  name: string,
  change: (target: Target) => Target = (same) => same,
): Promise<Judgement> {
  const folder = import.meta.dirname;
  const out = await mkdtemp(join(tmpdir(), 'toofan-contract-'));
  try {
    const found = await loadRegistry(folder);
    const target = found.targets.get(name);
    if (target === undefined) throw new Error(`unknown target ${name}`);
    const registry = { ...found, targets: new Map(found.targets).set(name, change(target)) };
    const [planned] = await planDrills(
      { scenario, targets: [name], seed: 3, shards: 1, set: [] },
      { registry, registryModule, folder, command: 'a test' },
    );
    if (planned === undefined) throw new Error(`no plan for ${name}`);
    const plan = { ...planned, historyFolder: join(out, 'history') };
    const { session, stack } = shared;
    await runDrill(plan, {
      session,
      stack,
      stackUpMs: 0,
      signal: new AbortController().signal,
      onNote: () => {},
      onSample: () => {},
    });
    return await judge(plan.historyFolder, plan.domain);
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

/** What the reader of a failed test needs to know. */
const verdicts = ({ invariants, objectives }: Judgement) =>
  [...invariants, ...objectives].filter(({ verdict }) => verdict !== 'pass');

describe('the contract of a target', () => {
  beforeAll(async () => {
    await buildJavaConsumer();
  });

  it('holds for a plain Java consumer', async () => {
    const judgement = await drill('contract-without-shelf', 'test/java-consumer');
    expect(verdicts(judgement)).toEqual([]);
    expect(judgement.invariants).toHaveLength(9);
  });

  it('refuses an invariant that the target cannot supply the evidence for', async () => {
    const silent = drill('contract-without-shelf', 'test/java-consumer', (target) => ({ ...target, effects: [] }));
    await expect(silent).rejects.toThrow(/effects/);
  });

  it('holds for a pipeline that already runs', async () => {
    let running: TargetProcesses | undefined;
    try {
      const judgement = await drill('contract', 'test/already-running', (target) => ({
        ...target,
        prepare: async (at, world) => {
          await target.prepare(at, world);
          running = await startProcesses(
            shared.session,
            streaming.processes({ stack: at, timeScale: 1, dependencies: {} }),
          );
        },
      }));
      expect(verdicts(judgement)).toEqual([]);
    } finally {
      await running?.[Symbol.asyncDispose]();
    }
  });
});
