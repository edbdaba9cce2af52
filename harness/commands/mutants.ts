import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runDrill } from '../drill/run-drill.ts';
import { ExitCode } from '../exit-code.ts';
import { judge } from '../judge/judge.ts';
import type { Judgement } from '../judge/judgement.ts';
import { exitCodeOf } from '../judge/verdict.ts';
import { mutantMatrix, type MutantRow } from '../report/mutant-matrix.ts';
import { startSession } from '../session/start-session.ts';
import type { StackKind } from '../stack/stack.ts';
import { startStack } from '../stack/start-stack.ts';
import type { Mutant } from '../target/target.ts';
import { planDrills, unionOfNeeds } from './plan.ts';
import type { Surroundings } from './run.ts';

export interface MutantOptions {
  /** The scenario that every mutant is drilled with. */
  readonly scenario: string;
  readonly stack: StackKind | 'auto';
  /** How many seeds the unbroken pipeline must be acquitted on. */
  readonly seeds: number;
  readonly only: readonly string[];
  readonly quiet: boolean;
}

/**
 * `toofan mutants`: does the judge convict what is broken, by the invariants named for it, and acquit what is not?
 * Every drill shares one stack. Pass only if every mutant is convicted and every seed of the unbroken one acquitted.
 */
export async function tryMutants(options: MutantOptions, around: Surroundings): Promise<ExitCode> {
  const base = around.registry.scenarios.get(options.scenario)?.target ?? '';
  const mutants = chosenMutants(options, base, around);
  const note = (line: string) => {
    if (!options.quiet) around.stdout.write(`${line}\n`);
  };
  const rows: MutantRow[] = [];
  await using session = await startSession();
  const folder = join(session.folder, 'mutants');
  const planOf = async (target: string, seed: number) => {
    const [plan] = await planDrills(
      {
        scenario: options.scenario,
        targets: [target],
        seed,
        shards: 1,
        set: [],
        out: join(folder, `${target}-${seed}`),
      },
      around,
    );
    if (plan === undefined) throw new Error(`no plan for ${target}`);
    return plan;
  };
  const seeds = Array.from({ length: options.seeds }, (_, index) => index + 1);
  const plans = await Promise.all([
    ...seeds.map(async (seed) => ({ plan: await planOf(base, seed), mutant: undefined })),
    ...mutants.map(async (mutant) => ({ plan: await planOf(mutant.target.name, 1), mutant })),
  ]);
  const needs = unionOfNeeds(plans.map(({ plan }) => plan));
  await using stack = await startStack(options.stack, needs, {
    session,
    config: around.registry.config,
    progress: note,
  });
  for (const { plan, mutant } of plans) {
    around.signal.throwIfAborted();
    note(mutant === undefined ? `${base}, seed ${plan.seed}` : `${mutant.name}: ${mutant.summary}`);
    await runDrill(plan, {
      session,
      stack,
      stackUpMs: 0,
      signal: around.signal,
      onNote: () => {},
      onSample: () => {},
    });
    const judgement = await judge(plan.historyFolder, plan.domain);
    await rm(plan.historyFolder, { recursive: true, force: true });
    rows.push(rowOf(judgement, plan.seed, mutant));
  }
  around.stdout.write(mutantMatrix(base, rows, { colour: around.colour }));
  return rows.every((row) => row.asExpected) ? ExitCode.pass : ExitCode.invariantBroken;
}

/** Those of the scenario's own target. */
function chosenMutants({ only }: MutantOptions, base: string, { registry }: Surroundings): Mutant[] {
  const all = [...registry.mutants.values()].filter(({ target }) => target.name.startsWith(`${base}+`));
  return only.length === 0 ? all : all.filter((mutant) => only.includes(mutant.name));
}

function rowOf(judgement: Judgement, seed: number, mutant: Mutant | undefined): MutantRow {
  const verdicts = Object.fromEntries(judgement.invariants.map(({ name, verdict }) => [name, verdict]));
  const convictedBy = mutant?.convictedBy ?? [];
  const asExpected =
    mutant === undefined
      ? exitCodeOf(judgement) === ExitCode.pass
      : convictedBy.every((invariant) => verdicts[invariant] === 'fail');
  const doubts = judgement.objectives.filter(({ verdict }) => verdict !== 'pass').map(({ name }) => name);
  return { name: mutant?.name ?? `unbroken, seed ${seed}`, verdicts, convictedBy, asExpected, doubts };
}
