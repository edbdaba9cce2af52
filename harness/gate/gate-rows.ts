/** What every report of a gate says of each thing compared, in the same words and order: worse first. */
import { measured, nothing, number, plain } from '../report/format.ts';
import { type Answer, type MetricResult, percent } from './compare-metrics.ts';
import type { GateVerdict } from './compare-sides.ts';
import type { GateRun, NamedSide } from './gate-run.ts';

export type Standing = 'pass' | 'fail' | 'inconclusive' | 'aside';

export interface GateRow {
  readonly standing: Standing;
  readonly name: string;
  readonly label: string;
  readonly base: string;
  readonly head: string;
  /** `+12 %`: for the worse, whichever way that is. */
  readonly change: string;
  /** `+9 … +15 %`, with 99 % confidence on each side. */
  readonly bounds: string;
  readonly margin: string;
  /** One line. */
  readonly why: string;
}

const order: readonly Standing[] = ['fail', 'inconclusive', 'pass', 'aside'];

const standingOf: Readonly<Record<Answer, Standing>> = {
  worse: 'fail',
  'not worse': 'pass',
  inconclusive: 'inconclusive',
  'not measured': 'aside',
  'not gated': 'aside',
};

export const verdictStanding: Readonly<Record<GateVerdict, Standing>> = {
  'not worse': 'pass',
  worse: 'fail',
  'invariant broken': 'fail',
  inconclusive: 'inconclusive',
};

export const sign: Readonly<Record<Standing, string>> = { pass: '✓', fail: '✗', inconclusive: '?', aside: '·' };

/** Invariants, objectives and metrics; of one standing, invariants first and metrics by their change. */
export function gateRows({ comparison }: Pick<GateRun, 'comparison'>): GateRow[] {
  const rows = [
    ...comparison.invariants.map(invariantRow),
    ...comparison.objectives.map(objectiveRow),
    ...comparison.metrics.toSorted((a, b) => (b.change ?? -1) - (a.change ?? -1)).map(metricRow),
  ];
  return rows.toSorted((a, b) => order.indexOf(a.standing) - order.indexOf(b.standing));
}

const signed = (share: number | null): string =>
  share === null ? nothing : `${share < 0 ? '−' : '+'}${percent(Math.abs(share))}`;

function metricRow(metric: MetricResult): GateRow {
  const { name, label, base, head, change, lower, upper, margin, answer, why } = metric;
  return {
    standing: standingOf[answer],
    name,
    label,
    base: valueText(base, metric),
    head: valueText(head, metric),
    change: signed(change),
    bounds: lower === null || upper === null ? nothing : `${signed(lower).replace(' %', '')} … ${signed(upper)}`,
    margin: margin === null ? 'off' : percent(margin),
    why,
  };
}

const valueText = (value: number | null, { unit }: Pick<MetricResult, 'unit'>): string =>
  unit === 'µs'
    ? value === null
      ? nothing
      : `${number(value, value < 100 ? 1 : 0)} µs`
    : unit === ''
      ? number(value, 4)
      : measured(value, unit);

const times = (count: number, drills: number): string => `${count} of ${drills}`;

function invariantRow({
  name,
  base,
  head,
  drills,
  answer,
  example,
}: GateRun['comparison']['invariants'][number]): GateRow {
  const standing = answer === 'broken' ? 'fail' : answer === 'inconclusive' ? 'inconclusive' : 'pass';
  const why = {
    broken: `broken at head: ${plain(example)}`,
    'broken before': `broken at base too, so not by this change: ${plain(example)}`,
    'kept now': 'broken at base, kept at head',
    kept: '',
    inconclusive: 'too little evidence at head',
  }[answer];
  return {
    standing,
    name,
    label: 'invariant',
    base: base === 0 ? 'kept' : 'broken',
    head: head === 0 ? 'kept' : `broken in ${times(head, drills)}`,
    change: '',
    bounds: '',
    margin: 'none',
    why,
  };
}

function objectiveRow({ name, base, head, drills, answer }: GateRun['comparison']['objectives'][number]): GateRow {
  const standing = answer === 'missed' ? 'fail' : answer === 'inconclusive' ? 'inconclusive' : 'pass';
  const text = (missed: number) => (missed === 0 ? 'met' : `missed in ${times(missed, drills)}`);
  const why = {
    missed: 'missed at head more often than chance explains',
    'missed before': 'missed at base as often, so not by this change',
    met: '',
    inconclusive: 'missed more often at head; too few drills to tell it from chance',
  }[answer];
  return {
    standing,
    name,
    label: 'objective',
    base: text(base),
    head: text(head),
    change: '',
    bounds: '',
    margin: '',
    why,
  };
}

/** `head` with its commit: `head (3f2a1b9c0d12)`. */
export const sideText = ({ name, commit }: NamedSide): string =>
  commit === null || commit.startsWith(name)
    ? plain(name)
    : `${plain(name)} (${commit.replace(/^(.{12}).*?(-dirty)?$/, '$1$2')})`;

/** `smoke › inventory/streaming: head (…) against origin/main (…)`. */
export const titleOf = ({ scenario, target, head, base }: GateRun): string =>
  `${plain(scenario)} › ${plain(target)}: ${sideText(head)} against ${sideText(base)}`;
