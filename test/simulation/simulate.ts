import type { World } from '../../harness/domains/domain.ts';
import type { Row } from '../../harness/history/schema.ts';
import { readBalances, readEffects } from '../../harness/observe/truth.ts';
import type { SimulatedPipeline } from './pipelines.ts';
import type { Shoppers } from './shoppers.ts';
import type { SimulatedLog } from './simulated-log.ts';
import { Simulation } from './simulation.ts';
import type { Setting } from './simulation.ts';

/** What a simulation has left, as a history has it. */
export interface Simulated {
  readonly seed: number;
  readonly world: World;
  readonly log: SimulatedLog;
  readonly committed: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly operations: readonly Row<'operations'>[];
  /** What was asked and told over HTTP. */
  readonly shoppers: Shoppers;
  readonly effects: readonly Row<'effects'>[];
  readonly balances: readonly Row<'balances'>[];
  /** What the target's audits gave meanwhile. */
  readonly samples: readonly Row<'samples'>[];
  /** When everything was worked off, µs since the epoch. */
  readonly endedAt: number;
  /** How often it was in which danger. */
  readonly dangers: ReadonlyMap<string, number>;
}

/** One seed of a pipeline, from empty stores to the truth: the same operations and the same draws for the same seed. */
export async function simulate(pipeline: SimulatedPipeline, setting: Omit<Setting, 'world'>): Promise<Simulated> {
  const { seed, slot } = setting;
  const { target, domain, arrivals, mix } = pipeline;
  const load = { arrivals, arrivalsToMidSurge: arrivals / 2, mix };
  const world = domain.openWorld(pipeline.world, seed, load);
  await slot.reset();
  await target.prepare(slot.forTarget, world);
  const balances: Row<'balances'>[] = [];
  const effects: Row<'effects'>[] = [];
  await readBalances(slot.forTarget.postgres, target.balances, 'before', async (rows) => void balances.push(...rows));

  const simulation = new Simulation(pipeline, { ...setting, world });
  const operations = await simulation.run();
  await slot.left();
  await readEffects(slot.forTarget.postgres, target.effects, async (rows) => void effects.push(...rows));
  await readBalances(slot.forTarget.postgres, target.balances, 'after', async (rows) => void balances.push(...rows));
  const { log, committed, dangers, shown, samples, endedAt, shoppers } = simulation;
  return {
    seed,
    world,
    log,
    committed,
    dangers,
    operations,
    shoppers,
    samples,
    endedAt,
    effects,
    balances: [...balances, ...shown],
  };
}
