/** Several targets under the same promises. */
import type { InvariantResult, ObjectiveResult, Verdict } from '../judge/judgement.ts';
import { glyph, nothing, number, observedText, plain } from './format.ts';
import type { JudgedRun } from './judged-run.ts';

/** The judge's name for an objective's scope without a phase; not worth mentioning. */
const wholeDrill = 'whole drill';

export const objectiveName = ({ name, during }: ObjectiveResult): string =>
  plain(name) + (during === '' || during === wholeDrill ? '' : ` (${plain(during)})`);

export const violationsText = ({ verdict, violations }: InvariantResult): string =>
  verdict === 'inconclusive' ? nothing : number(violations);

/** The targets' names without their common folder. */
export function shortNames(runs: readonly JudgedRun[]): string[] {
  const names = runs.map((run) => plain(run.record.target.name));
  const folder = /^[^/]+\//.exec(names[0] ?? '')?.[0] ?? '';
  return names.every((name) => name.startsWith(folder)) ? names.map((name) => name.slice(folder.length)) : names;
}

export interface ComparisonRow {
  readonly kind: 'objective' | 'invariant';
  readonly name: string;
  /** One per run, in order; null verdict if the run has no such promise. */
  readonly cells: readonly ComparisonCell[];
}

export interface ComparisonCell {
  readonly verdict: Verdict | null;
  /** The figure, without the verdict's sign. */
  readonly text: string;
}

/** `✗ 2,057` */
export const cellText = ({ verdict, text }: ComparisonCell): string =>
  verdict === null ? text : `${glyph[verdict]} ${text}`;

/** The union of the runs' promises, in the order in which they first appear. */
export function comparisonRows(runs: readonly JudgedRun[]): ComparisonRow[] {
  const objectives = new Set(runs.flatMap((run) => run.judgement.objectives.map(objectiveName)));
  const invariants = new Set(runs.flatMap((run) => run.judgement.invariants.map(({ name }) => plain(name))));
  const absent = { verdict: null, text: nothing };
  return [
    ...[...objectives].map((name) => ({
      kind: 'objective' as const,
      name,
      cells: runs.map(({ judgement }) => {
        const found = judgement.objectives.find((objective) => objectiveName(objective) === name);
        return found ? { verdict: found.verdict, text: observedText(found) } : absent;
      }),
    })),
    ...[...invariants].map((name) => ({
      kind: 'invariant' as const,
      name,
      cells: runs.map(({ judgement }) => {
        const found = judgement.invariants.find((invariant) => plain(invariant.name) === name);
        return found ? { verdict: found.verdict, text: violationsText(found) } : absent;
      }),
    })),
  ];
}
