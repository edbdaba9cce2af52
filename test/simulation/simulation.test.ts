import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Session } from '../../harness/session/session.ts';
import type { ProcessSpec } from '../../harness/target/processes.ts';
import { startDependencies } from '../../harness/target/start-processes.ts';
import { nightly } from '../nightly.ts';
import { judgeTogether, seedOf } from './judge-together.ts';
import { pipelines } from './pipelines.ts';
import type { SimulatedPipeline } from './pipelines.ts';
import { simulate } from './simulate.ts';
import type { Simulated } from './simulate.ts';
import { Clock } from './simulated-log.ts';
import { Slot } from './slot.ts';
import { startStores } from './stores.ts';
import type { Stores } from './stores.ts';

/** Seeds of each sound pipeline, and the first. The nightly run draws new ones each time; others repeat the same. */
const seeds = Number(process.env['TOOFAN_SIMULATION_SEEDS'] ?? (nightly ? 200 : 5));
const firstSeed = Number(process.env['TOOFAN_SIMULATION_SEED'] ?? (nightly ? Date.now() % 2 ** 31 : 1));
/** A mutant must be convicted within so many. */
const seedsOfMutant = 100;
const judgedAtOnce = { sound: 100, mutant: 8 } as const;
const timeout = 120_000 + seeds * 5_000;
const clock = new Clock();

/** One seed and the next ones, several at once, each in databases of its own. */
async function simulated(
  session: Session,
  slots: readonly Slot[],
  pipeline: SimulatedPipeline,
  { from, to, mutant }: { from: number; to: number; mutant?: string },
): Promise<Simulated[]> {
  const left = Array.from({ length: to - from }, (_, i) => from + i).values();
  const done: Simulated[] = [];
  const of = (which: (spec: ProcessSpec) => boolean) => ({
    dependencies: (pipeline.target.dependencies ?? []).filter(which),
  });
  // Banks keep books, in databases of the slot; the others know nothing of who asks them.
  await using shared = await startDependencies(
    session,
    of((spec) => !keepsBooks(spec)),
    { kafka: { brokers: [] }, postgres: {} },
  );
  const one = async (slot: Slot): Promise<void> => {
    await using own = await startDependencies(session, of(keepsBooks), slot.direct);
    const dependencies = Object.fromEntries(
      [...shared.instances, ...own.instances].map(({ spec, port }) => [spec.name, `http://127.0.0.1:${port}`]),
    );
    for (const seed of left)
      try {
        done.push(await simulate(pipeline, { seed, mutant, slot, clock, dependencies }));
      } catch (error) {
        throw new Error(`seed ${seed} came to no end; repeat: ${repeat(pipeline, seed)}`, { cause: error });
      }
  };
  await Promise.all(slots.map(one));
  return done.toSorted((a, b) => a.seed - b.seed);
}

const keepsBooks = ({ name }: ProcessSpec): boolean => name === 'upi-switch';

interface Charge {
  readonly invariant: string;
  readonly seed: number | null;
  readonly detail: string;
}

/** What the judge has against them; what it could not judge is a charge, too. */
async function charges(pipeline: SimulatedPipeline, all: readonly Simulated[]): Promise<Charge[]> {
  const { invariants } = await judgeTogether(pipeline, all);
  return invariants.flatMap(({ name, verdict, detail, examples }): Charge[] => {
    if (verdict !== 'pass' && examples.length === 0)
      return [{ invariant: name, seed: null, detail: `${verdict}: ${detail}` }];
    return examples.map((example) => ({ invariant: name, seed: seedOf(all, example), detail: example.detail }));
  });
}

const repeat = ({ target }: SimulatedPipeline, seed: number | null): string =>
  `TOOFAN_SIMULATION_SEED=${seed ?? firstSeed} TOOFAN_SIMULATION_SEEDS=${seed === null ? seeds : 1} npx vitest run --project integration test/simulation -t '${target.name}.*breaks no promise'`;

let stores: Stores;
beforeAll(async () => {
  stores = await startStores();
});
afterAll(() => stores[Symbol.asyncDispose]());

describe.each(Object.entries(pipelines))(`%s (seed ${firstSeed})`, (_name, pipeline) => {
  let slots: readonly Slot[] = [];
  beforeAll(async () => {
    const { atOnce, target } = pipeline;
    slots = await Promise.all(
      Array.from({ length: atOnce }, (_, number) => Slot.open(stores, target.name, target.needs.postgres, number)),
    );
  });
  afterAll(() => Promise.all(slots.map((slot) => slot[Symbol.asyncDispose]())));

  test('breaks no promise, whatever befalls its processes', { timeout }, async () => {
    const began = performance.now();
    const dangers = new Map<string, number>();
    for (let from = firstSeed; from < firstSeed + seeds; from += judgedAtOnce.sound) {
      const to = Math.min(from + judgedAtOnce.sound, firstSeed + seeds);
      const all = await simulated(stores.session, slots, pipeline, { from, to });
      for (const one of all)
        for (const [danger, times] of one.dangers) dangers.set(danger, (dangers.get(danger) ?? 0) + times);
      const found = await charges(pipeline, all);
      expect(found.map((one) => ({ ...one, repeat: repeat(pipeline, one.seed) }))).toEqual([]);
    }
    const took = ((performance.now() - began) / 1_000).toFixed(1);
    process.stdout.write(
      `${pipeline.target.name}: ${seeds} seeds from ${firstSeed} in ${took} s: ${JSON.stringify(Object.fromEntries(dangers))}\n`,
    );
  });

  test.each(pipeline.mutants)('convicts $name within a hundred seeds', { timeout: 300_000 }, async (mutant) => {
    const { name, target, convictedBy } = mutant;
    const broken = { ...pipeline, target };
    const convicted = new Set<string>();
    for (let from = firstSeed; from < firstSeed + seedsOfMutant && convicted.size === 0; from += judgedAtOnce.mutant) {
      const all = await simulated(stores.session, slots, broken, {
        from,
        to: from + judgedAtOnce.mutant,
        mutant: name,
      });
      for (const { invariant, seed } of await charges(broken, all)) if (seed !== null) convicted.add(invariant);
    }
    expect({ convicted: [...convicted], by: convictedBy.some((invariant) => convicted.has(invariant)) }).toMatchObject({
      by: true,
    });
  });
});
