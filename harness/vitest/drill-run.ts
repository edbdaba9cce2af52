import type { ServedDrill } from '../commands/served-drill.ts';
import type { RunJson } from '../report/run-shape.ts';

/** A judged drill: the content of `run.json`, and where its results are. */
export interface DrillRun extends RunJson {
  /** Contains `history/`, `run.json` and the reports. */
  readonly folder: string;
  /** Path of the HTML report. */
  readonly report: string;
}

/** What matchers know of a run beyond what it shows. */
export interface Background extends ServedDrill {
  readonly inconclusive: 'fail' | 'skip';
}

const backgrounds = new WeakMap<object, Background>();

/** The run that a test gets. */
export function runOf(background: Background): DrillRun {
  const { run, folder, report } = background;
  const own: DrillRun = { ...run, folder, report };
  backgrounds.set(own, background);
  return own;
}

/** Undefined if it is not the result of a drill. */
export const backgroundOf = (run: unknown): Background | undefined =>
  typeof run === 'object' && run !== null ? backgrounds.get(run) : undefined;
