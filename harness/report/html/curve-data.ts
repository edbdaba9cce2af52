/** What the page's script draws: the seconds as columns, and the marks on them. */
import type { Curve, SecondResult, ServiceCounts } from '../../judge/judgement.ts';
import { plain, thresholdText } from '../format.ts';
import { firstBreach, type JudgedRun, secondsIn } from '../judged-run.ts';

/** One target's curves as the page's script reads them: columns, seconds since the drill's start. */
export interface CurveData {
  readonly seconds: readonly number[];
  readonly series: Readonly<Record<SeriesName, readonly (number | null)[]>>;
  readonly phases: readonly { readonly name: string; readonly from: number; readonly to: number }[];
  /** Those that were seen to strike, from the command to the healing; `to` is the last second if it never healed. */
  readonly faults: readonly { readonly name: string; readonly from: number; readonly to: number }[];
  readonly marks: readonly { readonly name: string; readonly at: number; readonly kind: 'action' | 'alert' }[];
  /** The first violation of an invariant. */
  readonly breach: { readonly name: string; readonly at: number } | null;
  readonly limits: Readonly<Record<Curve, readonly Limit[]>>;
}
interface Limit {
  readonly value: number;
  readonly text: string;
}
export type SeriesName = Exclude<keyof SecondResult, 'second' | 'undecided' | 'favoured' | 'shedFavoured'>;

export function curveData(run: JudgedRun): CurveData {
  const { record, judgement } = run;
  const { seconds } = judgement;
  const column = (name: SeriesName) => seconds.map((each) => each[name]);
  const at = (micros: number) => Number(secondsIn(record, micros).toFixed(3));
  const breach = firstBreach(run);
  return {
    // A second's counts are drawn at its middle: at its start, a surge would seem to begin a second early.
    seconds: seconds.map((each) => each.second + 0.5),
    series: {
      planned: column('planned'),
      sent: column('sent'),
      decided: column('decided'),
      p50Ms: column('p50Ms'),
      p99Ms: column('p99Ms'),
      lagMessages: column('lagMessages'),
      lagSeconds: column('lagSeconds'),
      staleShare: column('staleShare'),
      foreignCpu: column('foreignCpu'),
      ownCpu: column('ownCpu'),
      stealCpu: column('stealCpu'),
      ioPressure: column('ioPressure'),
      ...(Object.fromEntries(served.map(({ name }) => [name, column(name)])) as Record<
        keyof ServiceCounts,
        (number | null)[]
      >),
    },
    phases: record.phases.map((phase) => ({ name: plain(phase.name), from: at(phase.startsAt), to: at(phase.endsAt) })),
    faults: faultSpans(run, at),
    marks: marksOf(run, at),
    breach: breach ? { name: plain(breach.invariant.name), at: at(breach.at) } : null,
    limits: limits(run),
  };
}

function faultSpans({ record, judgement }: JudgedRun, at: (micros: number) => number): CurveData['faults'] {
  const last = at(Math.max(record.closedAt, record.loadEndedAt));
  const healings = judgement.events.filter(({ kind, stage }) => kind === 'fault' && stage === 'healed');
  return record.faults
    .filter(({ verified }) => verified)
    .map((fault) => {
      // Older histories record the healing only as an event.
      const told = healings.find(({ name, at: healedAt }) => name === fault.name && healedAt >= fault.commandedAt);
      const healedAt = fault.healedAt === undefined ? told?.at : fault.healedAt;
      return { name: plain(fault.name), from: at(fault.commandedAt), to: healedAt == null ? last : at(healedAt) };
    });
}

/** Actions and alerts: one mark for those with the same name that began within a second of each other. */
function marksOf({ judgement }: JudgedRun, at: (micros: number) => number): CurveData['marks'] {
  const marks: CurveData['marks'][number][] = [];
  for (const { kind, stage, name, at: micros } of judgement.events) {
    const isMark = kind === 'action' ? stage !== 'commanded' : stage === 'firing';
    if ((kind !== 'action' && kind !== 'alert') || !isMark) continue;
    const mark = { name: plain(name), at: at(micros), kind } as const;
    if (!marks.some((other) => other.name === mark.name && other.kind === kind && mark.at - other.at < 1))
      marks.push(mark);
  }
  return marks;
}

/** The bounds that are drawn on the curves. */
function limits({ judgement }: JudgedRun): CurveData['limits'] {
  const of = (curve: Curve): Limit[] =>
    judgement.objectives
      .filter((objective) => objective.curve === curve && objective.sense === 'below')
      .map((objective) => ({ value: objective.threshold, text: thresholdText(objective) }));
  return { latencyMs: of('latencyMs'), lagSeconds: of('lagSeconds'), lagMessages: of('lagMessages') };
}

/** Outcomes of the planned operations, from the bottom of the stack to its top. */
export const served: readonly { readonly name: keyof ServiceCounts; readonly label: string; readonly ink: string }[] = [
  { name: 'correct', label: 'correct', ink: 'decided' },
  { name: 'degraded', label: 'degraded', ink: 'degraded' },
  { name: 'shed', label: 'shed', ink: 'shed' },
  { name: 'rejected', label: 'rejected', ink: 'rejected' },
  { name: 'timedOut', label: 'timed out', ink: 'timed-out' },
  { name: 'failed', label: 'failed', ink: 'failed' },
  { name: 'wrong', label: 'wrong', ink: 'wrong' },
];
