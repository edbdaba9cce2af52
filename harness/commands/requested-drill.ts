import { isDeepStrictEqual } from 'node:util';
import type { PlannedDrill } from '../drill/drill-plan.ts';
import { badInput, usageError, UserError } from '../errors.ts';
import { ExitCode } from '../exit-code.ts';
import { explained } from '../failure.ts';
import { k6For } from '../load/drivers/k6/find-k6.ts';
import { counterexampleText } from '../report/counterexample-text.ts';
import type { JudgedRun } from '../report/judged-run.ts';
import { runJson } from '../report/run-json.ts';
import { writeReports } from '../report/write-reports.ts';
import { didYouMean } from '../scenario/did-you-mean.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { drillAndJudge, unwatched } from './drill-and-judge.ts';
import { planDrills } from './plan-drills.ts';
import { openResults } from './results.ts';
import type { Surroundings } from './run.ts';
import type { DrillRequest, ServedDrill } from './served-drill.ts';
import type { StackForAll } from './stack-for-all.ts';

/** The drill that is asked for, checked; rejects with every problem at once. */
export async function planRequested(request: DrillRequest, around: Surroundings): Promise<PlannedDrill> {
  const { seed = 1, loadScale, timeScale, set, command } = request;
  requireNumber('seed', seed, Number.isInteger(seed) && seed >= 0 && seed <= 0xffff_ffff, 'a whole number from 0');
  for (const [name, value] of Object.entries({ loadScale, timeScale }))
    requireNumber(name, value, value === undefined || value > 0, 'above 0');
  const { name, registry } = scenarioOf(request.scenario, around.registry);
  const target = targetOf(request.target, registry.targets);
  const [plan] = await planDrills(
    {
      scenario: name,
      targets: target === undefined ? [] : [target],
      seed,
      shards: 1,
      set,
      ...(loadScale !== undefined && { loadScale }),
      ...(timeScale !== undefined && { timeScale }),
    },
    { ...around, registry, command },
  );
  if (plan === undefined) throw new Error(`no plan for ${name}`);
  return plan;
}

function requireNumber(name: string, value: unknown, isRight: boolean, what: string): void {
  if (!isRight) throw usageError(`${name}: must be ${what}, is ${JSON.stringify(value)}`);
}

/** A scenario is values only: one that is given itself is as good as one of `toofan.config.ts`. */
function scenarioOf(
  given: unknown,
  registry: Surroundings['registry'],
): Pick<Surroundings, 'registry'> & { name: string } {
  if (typeof given === 'string') return { name: given, registry };
  const name = nameOf(given);
  if (name === undefined)
    throw badInput("drill: the scenario must be a name, such as 'smoke', or what defineScenario() gives");
  return { name, registry: { ...registry, scenarios: new Map([...registry.scenarios, [name, given as Scenario]]) } };
}

/**
 * A target's functions run in several processes, which find it in `toofan.config.ts`: of one that is given itself the name counts, and
 * its data must be those of that name.
 */
function targetOf(given: unknown, targets: Surroundings['registry']['targets']): string | undefined {
  if (given === undefined || typeof given === 'string') return given;
  const name = nameOf(given);
  if (name === undefined)
    throw badInput("drill: target: must be a name, such as 'inventory/streaming', or what defineTarget() gives");
  const known = targets.get(name);
  if (known === undefined)
    throw badInput(
      `target ${name} is not in toofan.config.ts, where the generator's processes find it: add it to \`targets\`.${didYouMean(name, [...targets.keys()])}`,
    );
  const [ours, theirs] = [dataOf(known), dataOf(given)];
  const differing = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].filter(
    (member) => !isDeepStrictEqual(ours[member], theirs[member]),
  );
  if (differing.length > 0)
    throw badInput(
      `target ${name}: ${differing.join(', ')} differs from the target of that name in toofan.config.ts, which is the one that is drilled; give it a name of its own there`,
    );
  return name;
}

const nameOf = (given: unknown): string | undefined =>
  typeof given === 'object' && given !== null && 'name' in given && typeof given.name === 'string'
    ? given.name
    : undefined;

const dataOf = (target: unknown) => JSON.parse(JSON.stringify(target)) as Record<string, unknown>;

/** Drills and judges it on the stack; its results stay below `results/`, whatever ends it. */
export async function drillRequested(
  planned: PlannedDrill,
  stack: StackForAll,
  { registry, folder, signal }: Surroundings,
): Promise<ServedDrill> {
  // Where the test is over meanwhile, the stack is there for the next.
  const started = await stack.ready(planned);
  signal.throwIfAborted();
  const k6 = await k6For([planned.scenario], started.session, registry.config, folder, () => {});
  const results = await openResults([planned], undefined, folder);
  try {
    const [plan] = results.plans;
    if (plan === undefined) throw new Error('no plan');
    await results.begin(plan);
    const judged = await drillAndJudge(plan, {
      ...unwatched,
      ...started,
      k6,
      stackUpMs: 0,
      signal,
    });
    const report = await writeReports(results.folder, [judged]);
    await results.ended();
    return served(judged, planned, results.folder, report);
  } catch (error) {
    const failure = signal.aborted ? signal.reason : explained(error);
    await results.aborted([], failure);
    // What became of the stack is not known: the next drill gets a new one. One that was aborted has healed all.
    if (!signal.aborted && !(failure instanceof UserError && failure.exitCode !== ExitCode.unavailable))
      await stack.drop();
    throw failure;
  }
}

function served(judged: JudgedRun, { domain }: PlannedDrill, folder: string, report: string): ServedDrill {
  const { record, judgement } = judged;
  const broken = judgement.invariants.filter(({ verdict }) => verdict === 'fail');
  return {
    run: runJson(record, judgement),
    folder,
    report,
    doubts: judgement.doubts,
    counterexamples: Object.fromEntries(broken.map((one) => [one.name, counterexampleText(judged, one)])),
    seconds: judgement.seconds.map(({ second, planned, sent, decided, lagSeconds }) => ({
      second,
      planned,
      sent,
      decided,
      lagSeconds,
    })),
    invariants: domain.invariants.map(({ name }) => name),
  };
}
