import { rm } from 'node:fs/promises';
import type { PlannedDrill } from '../drill/drill-plan.ts';
import { UserError } from '../errors.ts';
import { explained } from '../failure.ts';
import { ExitCode } from '../exit-code.ts';
import { mendStack } from '../faults/mend-stack.ts';
import type { InvariantResult, Verdict } from '../judge/judgement.ts';
import { exitCodeOf } from '../judge/verdict.ts';
import type { JudgedRun } from '../report/judged-run.ts';
import { counted, observedText } from '../report/format.ts';
import type { SeedResult } from '../report/soak.ts';
import { writeReports } from '../report/write-reports.ts';
import type { ScheduledFault } from '../scenario/scenario.ts';
import type { DrillStack } from './drill-stack.ts';
import { drillAndJudge, unwatched } from './drill-and-judge.ts';
import { drillInto } from './results.ts';
import { needsOf } from '../target/target.ts';

/** What all drills of a soak have in common. */
export interface SoakDrills {
  /** Without faults; each drill has its own. */
  readonly base: PlannedDrill;
  readonly stack: DrillStack;
  /** The command that repeats one seed. */
  readonly commandOf: (seed: number) => string;
}

/**
 * One drill of one schedule, from a clean stack to a result. `folder` gets a whole result if it did not pass, what exists if it
 * did not finish, and nothing if it passed. Rejects with the reason of `signal` if that is aborted, and if no stack is available
 * or the target's or the domain's own data are wrong.
 */
export async function drillSeed(
  { base, stack, commandOf }: SoakDrills,
  seed: number,
  faults: readonly ScheduledFault[],
  folder: string,
  signal: AbortSignal,
): Promise<SeedResult> {
  const started = await stack.ready(needsOf(base.target));
  signal.throwIfAborted();
  try {
    const planned = { ...base, seed, command: commandOf(seed), scenario: { ...base.scenario, faults } };
    const result = await drillInto(folder, planned, async (plan): Promise<SeedResult> => {
      const run = await drillAndJudge(plan, {
        ...unwatched,
        ...started,
        stackUpMs: 0,
        signal,
        waitForQuietMachine: started.isNew,
      });
      await writeReports(folder, [run]);
      const judged = { seed, faults, ...resultOf(run) };
      return judged.code === ExitCode.objectiveMissed ? await unlessLost(judged, started.stack) : judged;
    });
    if (result.verdict === 'pass') await rm(folder, { recursive: true, force: true });
    return result;
  } catch (error) {
    signal.throwIfAborted();
    const failure = explained(error);
    if (failure instanceof UserError && failure.exitCode !== ExitCode.unavailable) throw failure;
    // The state of the stack after these faults is unknown: the next drill gets a new one.
    await stack[Symbol.asyncDispose]();
    const why = `the drill did not finish (partial results in ${folder}): ${failure instanceof Error ? failure.message : String(failure)}`;
    return { seed, faults, verdict: 'inconclusive', code: ExitCode.inconclusive, broken: [], why: [why] };
  }
}

/**
 * What a judged drill means for its seed. A counterexample stands whatever the faults did. A missed objective shows nothing if a
 * fault was not seen to strike or to heal, or if a store or a dependency was away for longer than the load lasted: a schedule
 * heals everything before that, so the machine was too slow.
 */
export function resultOf({ record, judgement }: JudgedRun): Omit<SeedResult, 'seed' | 'faults'> {
  const [invariants, objectives] = [failedOf(judgement.invariants), failedOf(judgement.objectives)];
  const broken = [...invariants, ...objectives];
  const why = whyOf({ record, judgement });
  if (judgement.failedButPresent > 0) {
    const bug = `${counted(judgement.failedButPresent, 'send')} recorded as failed but in the log: a bug in the generator`;
    return { verdict: 'fail', code: ExitCode.internal, broken: ['generator', ...broken], why: [bug, ...why] };
  }
  if (invariants.length > 0) return { verdict: 'fail', code: ExitCode.invariantBroken, broken, why };
  const unshown = record.faults.filter(({ verified, healed }) => !verified || !healed);
  if (unshown.length > 0) return { verdict: 'inconclusive', code: ExitCode.inconclusive, broken: [], why };
  const late = objectives.length === 0 ? [] : healedAfterLoad(record);
  if (late.length > 0)
    return { verdict: 'inconclusive', code: ExitCode.inconclusive, broken: [], why: [...late, ...why] };
  return { verdict: judgement.verdict, code: exitCodeOf(judgement), broken, why };
}

/** What the pipeline needs and got back only after the load: `store-kill of kafka healed only 4.5 s after the load`. */
const healedAfterLoad = ({ faults, loadEndedAt }: JudgedRun['record']): string[] =>
  faults.flatMap(({ name, victim, healedAt }) => {
    const lateMs = ((healedAt ?? 0) - loadEndedAt) / 1_000;
    return typeof victim === 'string' && lateMs > 0
      ? [`${name} of ${victim} healed only ${(lateMs / 1_000).toFixed(1)} s after the load`]
      : [];
  });

/** An objective shows nothing about the pipeline if a server or a proxy exited after every fault was over. */
async function unlessLost(missed: SeedResult, stack: Parameters<typeof mendStack>[0]): Promise<SeedResult> {
  const lost = await mendStack(stack).then(
    (restarted) => (restarted.length === 0 ? null : `${restarted.join(', ')} ended without a fault`),
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  if (lost === null) return missed;
  return { ...missed, verdict: 'inconclusive', code: ExitCode.inconclusive, broken: [], why: [lost, ...missed.why] };
}

const failedOf = (results: readonly { readonly name: string; readonly verdict: Verdict }[]): string[] =>
  results.flatMap(({ name, verdict }) => (verdict === 'fail' ? [name] : []));

/** What broke, what was missed and by how much, and what is in doubt. */
function whyOf({ record, judgement }: JudgedRun): string[] {
  const { invariants, objectives, generator, notes, verdict } = judgement;
  if (verdict === 'pass') return [];
  const why = [
    ...invariants.flatMap((one) => (one.verdict === 'fail' ? [`${one.name}: ${worstOf(one)}`] : [])),
    ...objectives.flatMap((one) => (one.verdict === 'fail' ? [`${one.name} missed: ${observedText(one)}`] : [])),
    ...[...invariants, ...objectives].flatMap(({ name, verdict: of, detail }) =>
      of === 'inconclusive' ? [`${name}: ${detail}`] : [],
    ),
    ...record.faults.flatMap(({ name, verified, healed, detail }) =>
      verified && healed ? [] : [`${name} was not seen to ${verified ? 'heal' : 'strike'}: ${detail}`],
    ),
    ...(generator.keptUp ? [] : ['the generator fell behind']),
  ];
  return why.length > 0 ? why : [...notes];
}

const worstOf = ({ violations, examples }: InvariantResult): string =>
  `${counted(violations, 'violation')}, the worst: ${examples[0]?.detail ?? ''}`;
