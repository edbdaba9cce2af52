import type { Verdict } from '../judge/judgement.ts';
import { counted, glyph, observedText, plain, thresholdText } from '../report/format.ts';
import type { DrillRun } from './drill-run.ts';

interface Judged {
  readonly verdict: Verdict;
  /** Why it is inconclusive. */
  readonly because: string;
}

/** The message for a broken invariant: how often it was broken, what it promises, and the worst counterexamples. */
export function invariantText(
  { name, violations, promise }: DrillRun['invariants'][number],
  { verdict, because, counterexamples }: Judged & { readonly counterexamples: string },
): string {
  if (verdict === 'inconclusive') return `${glyph.inconclusive} ${plain(name)}: inconclusive: ${plain(because)}`;
  return `${glyph[verdict]} ${plain(name)}: ${counted(violations, 'violation')}\n${plain(promise)}\n\n${counterexamples}`;
}

type Objective = DrillRun['objectives'][number];

/** As in every report: `decision-latency-p99 (surge)`. */
export const objectiveTitle = ({ name, during }: Objective): string =>
  during === '' || during === 'whole drill' ? name : `${name} (${during})`;

export function objectiveText(objective: Objective, { verdict, because }: Judged): string {
  const title = `${glyph[verdict]} ${plain(objectiveTitle(objective))}`;
  if (verdict === 'inconclusive') return `${title}: inconclusive: ${plain(because)}`;
  const measured = { ...objective, threshold: objective.threshold ?? Number.NaN };
  const detail = because === '' ? '' : `\n${plain(because)}`;
  return `${title}: ${observedText(measured)}, promised ${thresholdText(measured)}${detail}`;
}
