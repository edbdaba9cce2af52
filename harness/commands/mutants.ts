import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlannedDrill } from '../drill/drill-plan.ts';
import { usageError } from '../errors.ts';
import { ExitCode, worst } from '../exit-code.ts';
import { unlessAborted } from '../interruption.ts';
import type { Judgement, Verdict } from '../judge/judgement.ts';
import { exitCodeOf } from '../judge/verdict.ts';
import type { Registry } from '../registry.ts';
import { plain } from '../report/format.ts';
import { mutantMatrix, type MutantRow } from '../report/mutant-matrix.ts';
import { writeReports } from '../report/write-reports.ts';
import { didYouMean } from '../scenario/did-you-mean.ts';
import { k6For } from '../load/drivers/k6/find-k6.ts';
import { startSession } from '../session/start-session.ts';
import { startStack } from '../stack/start-stack.ts';
import type { Mutant } from '../target/target.ts';
import { consentOf, type ConsentOptions } from './consent.ts';
import { planDrills, unionOfNeeds } from './plan-drills.ts';
import { drillAndJudge, unwatched } from './drill-and-judge.ts';
import { drillInto, folderName, openManyResults } from './results.ts';
import type { Surroundings } from './run.ts';

export interface MutantOptions extends ConsentOptions {
  /** Only mutants of this domain's pipelines; default: all. */
  readonly domain?: string;
  /** How many seeds the sound pipeline must be acquitted on. */
  readonly seeds: number;
  readonly only: readonly string[];
  readonly quiet: boolean;
}

/**
 * `toofan mutants`: does the judge convict broken pipelines, by the invariants named for them, and acquit sound ones? Mutants of
 * one scenario share a stack and are drilled after the sound target. Passes only if every mutant is convicted and the sound
 * pipeline acquitted on every seed; 12 if nothing is wrong but something was inconclusive. Keeps history and report of unexpected
 * results below `results/`.
 */
export async function tryMutants(options: MutantOptions, around: Surroundings): Promise<ExitCode> {
  const byScenario = Map.groupBy(chosenMutants(options, around.registry), ({ scenario }) => scenario);
  const codes: ExitCode[] = [];
  for (const [scenario, mutants] of byScenario) {
    const rows = await drillAll(scenario, mutants, options, around);
    const base = around.registry.scenarios.get(scenario)?.target ?? '';
    around.stdout.write(mutantMatrix(base, rows, { colour: around.colour }));
    codes.push(...rows.map(({ outcome }) => exitCodeOfOutcome[outcome]));
  }
  return worst(codes);
}

/** A mutant that was acquitted, or a sound pipeline that was convicted: the judge broke its own promise. */
const exitCodeOfOutcome = {
  expected: ExitCode.pass,
  unexpected: ExitCode.invariantBroken,
  unsure: ExitCode.inconclusive,
} as const;

async function drillAll(
  scenario: string,
  mutants: readonly Mutant[],
  options: MutantOptions,
  around: Surroundings,
): Promise<MutantRow[]> {
  const base = around.registry.scenarios.get(scenario)?.target ?? '';
  const note = (line: string) => {
    if (!options.quiet) around.stdout.write(`${plain(line)}\n`);
  };
  const rows: MutantRow[] = [];
  const consent = consentOf(options, around.registry.config);
  await using session = await startSession();
  const plans = await plansOf(scenario, base, mutants, options.seeds, around);
  const [first] = plans;
  if (first === undefined) return rows;
  const scenarios = plans.map(({ planned }) => planned.scenario);
  const k6 = await unlessAborted(around.signal, () =>
    k6For(scenarios, session, around.registry.config, around.folder, note),
  );
  const needs = unionOfNeeds(plans.map(({ planned }) => planned));
  await using stack = await unlessAborted(around.signal, () =>
    startStack(options.stack, needs, {
      session,
      config: around.registry.config,
      progress: note,
      consent,
    }),
  );
  const kept = await openManyResults(first.planned, around.folder);
  try {
    for (const [index, { planned, mutant }] of plans.entries()) {
      around.signal.throwIfAborted();
      note(mutant === undefined ? `${base}, seed ${planned.seed}` : `${mutant.name}: ${mutant.summary}`);
      const folder = join(kept.folder, `${folderName(planned.target.name)}-${planned.seed}`);
      const row = await drillInto(folder, { ...planned, run: kept.run }, async (plan) => {
        const judged = await drillAndJudge(plan, {
          ...unwatched,
          session,
          stack,
          k6,
          stackUpMs: 0,
          waitForQuietMachine: index === 0,
          signal: around.signal,
        });
        const found = rowOf(judged.judgement, plan.seed, mutant);
        if (found.outcome !== 'expected') note(`Not as expected; kept: ${await writeReports(folder, [judged])}`);
        return found;
      });
      rows.push(row);
      if (row.outcome === 'expected') await rm(folder, { recursive: true, force: true });
    }
  } finally {
    await kept.close();
  }
  return rows;
}

interface PlannedRow {
  readonly planned: PlannedDrill;
  /** Undefined for the sound pipeline. */
  readonly mutant: Mutant | undefined;
}

/** The sound pipeline on every seed, then every mutant on the first. */
function plansOf(
  scenario: string,
  base: string,
  mutants: readonly Mutant[],
  seeds: number,
  around: Surroundings,
): Promise<PlannedRow[]> {
  const unbroken = Array.from({ length: seeds }, (_, index) => ({ target: base, seed: index + 1, mutant: undefined }));
  const broken = mutants.map((mutant) => ({ target: mutant.target.name, seed: 1, mutant }));
  return Promise.all(
    [...unbroken, ...broken].map(async ({ target, seed, mutant }) => ({
      planned: await planOne(scenario, target, seed, around),
      mutant,
    })),
  );
}

async function planOne(scenario: string, target: string, seed: number, around: Surroundings): Promise<PlannedDrill> {
  const [plan] = await planDrills({ scenario, targets: [target], seed, shards: 1, set: [] }, around);
  if (plan === undefined) throw new Error(`no plan for ${target}`);
  return plan;
}

/** The mutants that the options select, at least one; refuses unknown names (64). */
export function chosenMutants(
  { only, domain }: Pick<MutantOptions, 'only' | 'domain'>,
  { mutants, domains }: Pick<Registry, 'mutants' | 'domains'>,
): Mutant[] {
  if (domain !== undefined && !domains.has(domain))
    throw usageError(`--domain: unknown domain '${domain}'.${didYouMean(domain, [...domains.keys()])}`);
  const ofDomain = [...mutants.values()].filter(({ target }) => domain === undefined || target.domain === domain);
  const names = ofDomain.map(({ name }) => name);
  const unknown = only.filter((name) => !names.includes(name));
  const whose = domain === undefined ? '' : ` of ${domain}`;
  if (unknown.length > 0)
    throw usageError(
      unknown.map((name) => `--only: unknown mutant${whose}: '${name}'.${didYouMean(name, names)}`).join('\n'),
    );
  if (ofDomain.length === 0) throw usageError(`--domain: ${domain} has no mutants`);
  return ofDomain.filter(({ name }) => only.length === 0 || only.includes(name));
}

/** What one drill shows about the judge; without a mutant it was the sound pipeline. */
export function rowOf(
  judgement: Pick<Judgement, 'verdict' | 'invariants' | 'objectives' | 'failedButPresent'>,
  seed: number,
  mutant: Pick<Mutant, 'name' | 'convictedBy'> | undefined,
): MutantRow {
  const convictedBy = mutant?.convictedBy ?? [];
  const named = judgement.objectives.filter(({ name }) => convictedBy.includes(name));
  const verdicts = Object.fromEntries([...judgement.invariants, ...named].map(({ name, verdict }) => [name, verdict]));
  const doubts = judgement.objectives.filter(({ verdict }) => verdict !== 'pass').map(({ name }) => name);
  return {
    name: mutant?.name ?? `unbroken, seed ${seed}`,
    verdicts,
    convictedBy,
    outcome: mutant === undefined ? ofUnbroken(judgement) : ofMutant(convictedBy.map((name) => verdicts[name])),
    doubts,
  };
}

function ofUnbroken(judgement: Parameters<typeof rowOf>[0]): MutantRow['outcome'] {
  const code = exitCodeOf(judgement);
  if (code === ExitCode.pass) return 'expected';
  return code === ExitCode.inconclusive ? 'unsure' : 'unexpected';
}

/** By the verdicts of all promises named for it: an inconclusive one does not make up for an acquittal by another. */
function ofMutant(named: readonly (Verdict | undefined)[]): MutantRow['outcome'] {
  if (named.every((verdict) => verdict === 'fail')) return 'expected';
  return named.every((verdict) => verdict === 'fail' || verdict === 'inconclusive') ? 'unsure' : 'unexpected';
}
