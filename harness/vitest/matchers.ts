import { TestRunner } from 'vitest';
import { glyph } from '../report/format.ts';
import { didYouMean } from '../scenario/did-you-mean.ts';
import { shellWords } from '../shell-words.ts';
import { attachReport } from './attach-report.ts';
import { type Background, backgroundOf, type DrillRun } from './drill-run.ts';
import { invariantText, objectiveText, objectiveTitle } from './failure-text.ts';
import { rateOf, sustained } from './sustained.ts';

interface Outcome {
  readonly pass: boolean;
  readonly message: () => string;
}
type Verdict = DrillRun['verdict'];
type State = { readonly isNot: boolean };

/** A matcher's result for a promise; `text` if it is broken, `kept` if that was expected. */
interface Told {
  readonly verdict: Verdict;
  readonly text: string;
  readonly kept: string;
  /** Of the worst counterexample. */
  readonly key?: string | null;
}

export const matchers = {
  toKeep(this: State, received: unknown, name: string): Outcome {
    const { run, background } = drilled(received, 'toKeep');
    return outcome(this, run, background, [toldOfInvariant(run, background, name)]);
  },
  toKeepEveryPromise(this: State, received: unknown): Outcome {
    const { run, background } = drilled(received, 'toKeepEveryPromise');
    if (run.invariants.length === 0) throw new Error(`the scenario ${run.scenario} has no invariants`);
    return outcome(
      this,
      run,
      background,
      run.invariants.map(({ name }) => toldOfInvariant(run, background, name)),
    );
  },
  toMeet(this: State, received: unknown, name: string): Outcome {
    const { run, background } = drilled(received, 'toMeet');
    const told = objectivesNamed(run, name).map((one) => toldOfObjective(one, background));
    return outcome(this, run, background, told);
  },
  toSustain(this: State, received: unknown, rate: string): Outcome {
    const { run, background } = drilled(received, 'toSustain');
    const { verdict, text } = sustained(background.seconds, rateOf(rate));
    const { verdict: sure, because } = sureOf({ verdict, detail: text }, background);
    // A pipeline sustains a rate if it keeps its promises at it.
    return outcome(this, run, background, [
      {
        verdict: sure,
        text: `${glyph[sure]} ${rate}: ${sure === 'inconclusive' ? 'inconclusive: ' : ''}${because}`,
        kept: `${rate}: ${text}`,
      },
      ...run.invariants.map(({ name }) => toldOfInvariant(run, background, name)),
      ...run.objectives.map((one) => toldOfObjective(one, background)),
    ]);
  },
};

function drilled(received: unknown, matcher: string): { run: DrillRun; background: Background } {
  const background = backgroundOf(received);
  if (background !== undefined) return { run: received as DrillRun, background };
  const hint = received instanceof Promise ? '; this is a promise of one: await drill(…)' : '';
  throw new TypeError(`expect(run).${matcher}: run must be what drill() resolves to${hint}`);
}

function toldOfInvariant(run: DrillRun, background: Background, name: string): Told {
  const found = run.invariants.find((one) => one.name === name);
  if (found === undefined) throw new Error(unknownInvariant(run, background, name));
  const { verdict, because } = sureOf(found, background);
  return {
    verdict,
    text: invariantText(found, { verdict, because, counterexamples: background.counterexamples[name] ?? '' }),
    kept: `${name} was kept: ${found.promise}`,
    key: found.examples[0]?.key ?? null,
  };
}

function unknownInvariant(run: DrillRun, { invariants }: Background, name: string): string {
  const judged = run.invariants.map((one) => one.name);
  if (run.objectives.some((one) => one.name === name))
    return `'${name}' is an objective: expect(run).toMeet('${name}')`;
  if (invariants.includes(name))
    return `the scenario ${run.scenario} does not have the invariant '${name}'; it has ${judged.join(', ')}`;
  return `unknown invariant '${name}'.${didYouMean(name, invariants)}`;
}

function objectivesNamed(run: DrillRun, name: string): DrillRun['objectives'] {
  const titles = run.objectives.map(objectiveTitle);
  const named = run.objectives.filter((one) => one.name === name || objectiveTitle(one) === name);
  if (named.length > 0) return named;
  if (run.invariants.some((one) => one.name === name))
    throw new Error(`'${name}' is an invariant: expect(run).toKeep('${name}')`);
  throw new Error(`the scenario ${run.scenario} has no objective '${name}'.${didYouMean(name, titles)}`);
}

function toldOfObjective(objective: DrillRun['objectives'][number], background: Background): Told {
  const { verdict, because } = sureOf(objective, background);
  return {
    verdict,
    text: objectiveText(objective, { verdict, because }),
    kept: `${objectiveTitle(objective)} was met`,
  };
}

/** A doubt about the whole drill lets nothing in it pass. */
function sureOf(
  { verdict, detail }: { readonly verdict: Verdict; readonly detail: string },
  { doubts }: Background,
): { verdict: Verdict; because: string } {
  if (verdict === 'pass' && doubts.length > 0) return { verdict: 'inconclusive', because: doubts.join('; ') };
  return { verdict, because: detail };
}

/** A broken promise fails, one without evidence is inconclusive: neither a pass nor, with `.not`, a failure. */
function outcome({ isNot }: State, run: DrillRun, { inconclusive }: Background, told: readonly Told[]): Outcome {
  const test = TestRunner.getCurrentTest();
  if (test !== undefined) attachReport(run, test);
  const failed = told.filter(({ verdict }) => verdict === 'fail');
  const unsure = told.filter(({ verdict }) => verdict === 'inconclusive');
  const footer = `\n\n${footerOf(run, failed)}`;
  const texts = (all: readonly Told[]) => all.map(({ text }) => text).join('\n\n') + footer;
  if (failed.length === 0 && unsure.length > 0) {
    if (inconclusive === 'skip') test?.context.skip(`inconclusive: ${unsure.map(({ text }) => text).join('; ')}`);
    return { pass: isNot, message: () => texts(unsure) };
  }
  return {
    pass: failed.length === 0,
    message: () => (isNot ? told.map(({ kept }) => kept).join('\n') + footer : texts(failed)),
  };
}

/** Where to see the rest, each with a label. */
function footerOf(run: DrillRun, failed: readonly Told[]): string {
  const key = failed.find((one) => one.key != null)?.key;
  return [
    ...(key == null ? [] : [`Explain  npx toofan explain ${shellWords([run.folder, key])}`]),
    `Report   ${run.report}`,
    `Repeat   ${run.command}`,
  ].join('\n');
}
