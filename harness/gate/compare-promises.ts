import type { Pair } from './compare-metrics.ts';
import type { SideRun } from './side-run.ts';

export interface InvariantComparison {
  readonly name: string;
  /** Drills in which it was broken. */
  readonly base: number;
  readonly head: number;
  readonly drills: number;
  /** The worst counterexample at head; empty where it was kept. */
  readonly example: string;
  /** `broken`: at head, and never at base. `broken before`: at base too. */
  readonly answer: 'broken' | 'broken before' | 'kept now' | 'kept' | 'inconclusive';
}

export interface ObjectiveComparison {
  readonly name: string;
  readonly base: number;
  readonly head: number;
  readonly drills: number;
  readonly answer: 'missed' | 'missed before' | 'met' | 'inconclusive';
}

type Drills = readonly Pick<SideRun, 'invariants' | 'objectives'>[];

const brokenIn = (drills: Drills, name: string) =>
  drills.flatMap(({ invariants }) => invariants.filter((one) => one.name === name && one.verdict === 'fail'));
const unknownIn = (drills: Drills, name: string) =>
  drills.filter(({ invariants }) => invariants.some((one) => one.name === name && one.verdict === 'inconclusive'));

/** Every invariant of head. What only base has is not head's to keep. */
export function compareInvariants(base: Drills, head: Drills): InvariantComparison[] {
  const names = new Set(head.flatMap(({ invariants }) => invariants.map(({ name }) => name)));
  return [...names].map((name) => {
    const [was, is] = [brokenIn(base, name), brokenIn(head, name)];
    const [worst] = is.toSorted((a, b) => b.violations - a.violations);
    const [example] = worst?.examples ?? [];
    const isUnknown = unknownIn(head, name).length > 0;
    const answer =
      is.length > 0
        ? was.length > 0
          ? 'broken before'
          : 'broken'
        : isUnknown
          ? 'inconclusive'
          : was.length > 0
            ? 'kept now'
            : 'kept';
    return {
      name,
      base: was.length,
      head: is.length,
      drills: head.length,
      example: example === undefined ? '' : [example.key ?? '', example.detail].filter((one) => one !== '').join(': '),
      answer,
    };
  });
}

const objectiveKey = ({ name, during }: SideRun['objectives'][number]): string =>
  during === '' || during === 'whole drill' ? name : `${name} (${during})`;

const missedIn = (runs: readonly SideRun[], key: string): number =>
  runs.filter(({ objectives }) => objectives.some((one) => objectiveKey(one) === key && one.verdict === 'fail')).length;

/** In how many pairs each side missed each of head's objectives; what was inconclusive was not missed. */
export function missesOf(pairs: readonly Pair[]): Pick<ObjectiveComparison, 'name' | 'base' | 'head' | 'drills'>[] {
  const [bases, heads] = [pairs.map(({ base }) => base), pairs.map(({ head }) => head)];
  const keys = new Set(pairs.flatMap(({ head }) => head.objectives.map(objectiveKey)));
  return [...keys].map((name) => ({
    name,
    base: missedIn(bases, name),
    head: missedIn(heads, name),
    drills: pairs.length,
  }));
}
