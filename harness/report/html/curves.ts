/** The curves: what the page's script draws, and the same as a table for those who do not see them. */
import type { SecondResult, ServiceCounts } from '../../judge/judgement.ts';
import { duration, measured, number, plain, thresholdText } from '../format.ts';
import { firstBreach, type JudgedRun, secondsIn } from '../judged-run.ts';
import { html, type Markup } from './markup.ts';

/** One target's curves as the page's script reads them: columns, seconds since the drill's start. */
export interface CurveData {
  readonly seconds: readonly number[];
  readonly series: Readonly<Record<SeriesName, readonly (number | null)[]>>;
  readonly phases: readonly { readonly name: string; readonly from: number; readonly to: number }[];
  /** Those that were shown to strike, from the command to the healing; `to` is the last second where it never healed. */
  readonly faults: readonly { readonly name: string; readonly from: number; readonly to: number }[];
  readonly marks: readonly { readonly name: string; readonly at: number; readonly kind: 'action' | 'alert' }[];
  /** Where an invariant was first seen broken. */
  readonly breach: { readonly name: string; readonly at: number } | null;
  readonly limits: {
    readonly latencyMs: readonly Limit[];
    readonly lagSeconds: readonly Limit[];
    readonly lagMessages: readonly Limit[];
  };
}
interface Limit {
  readonly value: number;
  readonly text: string;
}
type SeriesName = Exclude<keyof SecondResult, 'second' | 'undecided' | 'premium' | 'shedPremium'>;

export function curveData(run: JudgedRun): CurveData {
  const { record, judgement } = run;
  const { seconds } = judgement;
  const column = (name: SeriesName) => seconds.map((each) => each[name]);
  const at = (micros: number) => Number(secondsIn(record, micros).toFixed(3));
  const breach = firstBreach(run);
  return {
    seconds: seconds.map((each) => each.second),
    series: {
      planned: column('planned'),
      sent: column('sent'),
      decided: column('decided'),
      p50Ms: column('p50Ms'),
      p99Ms: column('p99Ms'),
      lagMessages: column('lagMessages'),
      lagSeconds: column('lagSeconds'),
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
      // Older histories tell of the healing in an event alone.
      const told = healings.find(({ name, at: healedAt }) => name === fault.name && healedAt >= fault.commandedAt);
      const healedAt = fault.healedAt === undefined ? told?.at : fault.healedAt;
      return { name: plain(fault.name), from: at(fault.commandedAt), to: healedAt == null ? last : at(healedAt) };
    });
}

/** What was done and what alerts told: one mark for those of a name that began within a second of each other. */
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

/** Thresholds that can be drawn on the curves; by what an objective is called, as its unit alone says too little. */
function limits({ judgement }: JudgedRun): CurveData['limits'] {
  const of = (about: RegExp, unit: string, factor = 1) =>
    judgement.objectives
      .filter((objective) => objective.sense === 'below' && about.test(objective.name) && objective.unit === unit)
      .map((objective) => ({ value: objective.threshold * factor, text: thresholdText(objective) }));
  return {
    latencyMs: [...of(/latency/i, 'ms'), ...of(/latency/i, 's', 1_000)],
    lagSeconds: [...of(/lag/i, 's'), ...of(/lag/i, 'ms', 0.001)],
    lagMessages: of(/lag/i, 'messages'),
  };
}

/** What became of the planned, from the bottom of the stack to its top. */
const served: readonly { readonly name: keyof ServiceCounts; readonly label: string; readonly ink: string }[] = [
  { name: 'correct', label: 'correct', ink: 'decided' },
  { name: 'degraded', label: 'degraded', ink: 'degraded' },
  { name: 'shed', label: 'shed', ink: 'shed' },
  { name: 'rejected', label: 'rejected', ink: 'rejected' },
  { name: 'timedOut', label: 'timed out', ink: 'timed-out' },
  { name: 'failed', label: 'failed', ink: 'failed' },
  { name: 'wrong', label: 'wrong', ink: 'wrong' },
];

interface Chart {
  readonly id: string;
  readonly title: string;
  readonly wide: boolean;
  /** Areas on one another; what is told of each is its share of all. */
  readonly stacked?: boolean;
  readonly series: readonly { readonly name: SeriesName; readonly label: string; readonly ink: string }[];
  readonly text: (value: number | null) => string;
}

const rate = (value: number | null) => (value === null ? number(null) : `${number(value)}/s`);
const charts: readonly Chart[] = [
  {
    id: 'rates',
    title: 'Planned, sent and decided per second',
    wide: true,
    series: [
      { name: 'planned', label: 'planned', ink: 'planned' },
      { name: 'sent', label: 'sent', ink: 'sent' },
      { name: 'decided', label: 'decided', ink: 'decided' },
    ],
    text: rate,
  },
  {
    id: 'service',
    title: 'What became of the orders planned in each second',
    wide: true,
    stacked: true,
    series: served,
    text: rate,
  },
  {
    id: 'latency',
    title: 'Planned to decided',
    wide: false,
    series: [
      { name: 'p50Ms', label: 'p50', ink: 'sent' },
      { name: 'p99Ms', label: 'p99', ink: 'decided' },
    ],
    text: (value) => duration(value),
  },
  {
    id: 'lagSeconds',
    title: 'Lag: age of the oldest undecided',
    wide: false,
    series: [{ name: 'lagSeconds', label: 'lag', ink: 'decided' }],
    text: (value) => measured(value, 's'),
  },
  {
    id: 'lagMessages',
    title: 'Lag: messages waiting',
    wide: false,
    series: [{ name: 'lagMessages', label: 'messages', ink: 'decided' }],
    text: (value) => number(value),
  },
];

export function curvesOf(run: JudgedRun, index: number): Markup {
  const { seconds } = run.judgement;
  if (seconds.length < 2) return html`<p class="muted">No curves: the history holds less than two seconds of load.</p>`;
  return html`<div class="charts">${charts.map((chart) => figure(chart, run, index))}</div>
    ${shedByClass(run)}
    <details class="figures">
      <summary>The same second by second</summary>
      ${secondsTable(seconds)}
    </details>`;
}

/** Whom the shedding hit; nothing where nobody was shed. */
function shedByClass({ judgement: { service } }: JudgedRun): Markup {
  const { premium, regular } = service.byClass;
  if (premium.shed + regular.shed === 0) return html``;
  const share = ({ shed, planned }: typeof premium) =>
    planned === 0 ? number(null) : measured(shed / planned, 'share');
  return html`<p class="shed-by-class">
    Shed: <b>${share(premium)}</b> of premium customers' orders, <b>${share(regular)}</b> of the others'.
  </p>`;
}

function figure(chart: Chart, { judgement: { seconds, service } }: JudgedRun, index: number): Markup {
  const known = chart.series.map((series) => {
    const values = seconds
      .map((each) => each[series.name])
      .filter((value): value is number => value !== null && Number.isFinite(value));
    const most = values.length === 0 ? null : Math.max(...values);
    const share = service.planned === 0 ? null : service.counts[series.name as keyof ServiceCounts] / service.planned;
    return { ...series, most, idle: chart.stacked ? measured(share, 'share') : `max ${chart.text(most)}` };
  });
  // What nothing became of needs no key.
  const keys = chart.stacked ? known.filter(({ name, most }) => name === 'correct' || most !== 0) : known;
  const measuredAtAll = known.some(({ most }) => most !== null);
  const summary = known.map(({ label, most }) => `${label} at most ${chart.text(most)}`).join(', ');
  return html`<figure class="${chart.wide ? 'chart wide' : 'chart'}">
    <figcaption>
      <span class="title">${chart.title}</span>
      <span class="keys"
        >${keys.map(
          ({ name, label, ink, idle }) =>
            html`<span class="key"
              ><i class="${chart.stacked ? 'swatch' : 'line'} ${ink}" aria-hidden="true"></i>${label}
              <b data-value="${name}" data-idle="${idle}">${idle}</b></span
            > `,
        )}</span
      >
    </figcaption>
    ${
      measuredAtAll
        ? html`<div
            class="plot"
            role="img"
            data-run="${index}"
            data-chart="${chart.id}"
            aria-label="${chart.title} over ${seconds.length} seconds: ${summary}. The table below has every value."
          ></div>`
        : html`<p class="muted">Not measured.</p>`
    }
  </figure>`;
}

const secondsTable = (seconds: readonly SecondResult[]): Markup =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="Figures second by second">
    <table class="dense">
      <thead>
        <tr>
          ${['second', 'planned', 'sent', 'decided', 'p50', 'p99', 'lag', 'messages'].map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${seconds.map(
          (each) =>
            html`<tr>
              <th scope="row">+${number(each.second)}</th>
              <td>${number(each.planned)}</td>
              <td>${number(each.sent)}</td>
              <td>${number(each.decided)}</td>
              <td>${duration(each.p50Ms)}</td>
              <td>${duration(each.p99Ms)}</td>
              <td>${measured(each.lagSeconds, 's')}</td>
              <td>${number(each.lagMessages)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
