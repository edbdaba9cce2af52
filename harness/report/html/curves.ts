/** The page's curves: charts that the script draws, and the same data as a table for those who cannot see them. */
import type { SecondResult, ServiceCounts } from '../../judge/judgement.ts';
import { duration, measured, nothing, number } from '../format.ts';
import type { JudgedRun } from '../judged-run.ts';
import { type SeriesName, served } from './curve-data.ts';
import { html, type Markup } from './markup.ts';

interface Chart {
  readonly id: string;
  /** OPERATIONS stands for the domain's own word. */
  readonly title: string;
  readonly wide: boolean;
  /** Stacked areas; the key shows each one's share of the total. */
  readonly stacked?: boolean;
  /** Many pipelines do not have it: omitted if it was never measured. */
  readonly optional?: boolean;
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
    title: 'What became of the OPERATIONS planned in each second',
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
    title: 'Lag, oldest undecided',
    wide: false,
    series: [{ name: 'lagSeconds', label: 'lag', ink: 'decided' }],
    text: (value) => measured(value, 's'),
  },
  {
    id: 'lagMessages',
    title: 'Consumer lag, messages',
    wide: false,
    series: [{ name: 'lagMessages', label: 'messages', ink: 'decided' }],
    text: (value) => number(value),
  },
  {
    id: 'stale',
    title: 'Shelf: stale reads',
    wide: false,
    optional: true,
    series: [{ name: 'staleShare', label: 'stale', ink: 'decided' }],
    text: (value) => measured(value, 'share'),
  },
  {
    id: 'machine',
    title: 'The machine: CPU by owner, and I/O wait',
    wide: true,
    optional: true,
    series: [
      { name: 'foreignCpu', label: 'others', ink: 'fail' },
      { name: 'ownCpu', label: 'the drill', ink: 'decided' },
      { name: 'stealCpu', label: 'hypervisor', ink: 'shed' },
      { name: 'ioPressure', label: 'disk', ink: 'muted' },
    ],
    text: (value) => measured(value, 'share'),
  },
];

export function curvesOf(run: JudgedRun, index: number): Markup {
  const { seconds } = run.judgement;
  if (seconds.length < 2) return html`<p class="muted">No curves: the history holds less than two seconds of load.</p>`;
  const isMeasured = ({ series }: Chart) => series.some(({ name }) => seconds.some((each) => each[name] !== null));
  const shown = charts.filter((chart) => !chart.optional || isMeasured(chart));
  return html`<div class="charts">${shown.map((chart) => figure(chart, run, index))}</div>
    ${shedByClass(run)}
    <details class="figures">
      <summary>Second by second</summary>
      ${secondsTable(seconds, run.record.target.name)}
    </details>`;
}

/** Which class was shed; empty if nothing was. */
function shedByClass({ judgement: { service, primaryPlural } }: JudgedRun): Markup {
  const [favoured, others] = Object.entries(service.byClass);
  if (favoured === undefined || others === undefined) return html``;
  if (favoured[1].shed + others[1].shed === 0) return html``;
  const share = ([, { shed, planned }]: typeof favoured) =>
    planned === 0 ? number(null) : measured(shed / planned, 'share');
  const shares = html`<b>${share(favoured)}</b> of ${favoured[0]} customers' ${primaryPlural}`;
  return html`<p class="shed-by-class">Shed: ${shares}, <b>${share(others)}</b> of the others'.</p>`;
}

function figure(chart: Chart, { judgement: { seconds, service, primaryPlural } }: JudgedRun, index: number): Markup {
  const known = chart.series.map((series) => {
    const values = seconds
      .map((each) => each[series.name])
      .filter((value): value is number => value !== null && Number.isFinite(value));
    const most = values.length === 0 ? null : Math.max(...values);
    // A quantile that is missing although operations were planned: so many of that second were never decided.
    const isEndless = chart.id === 'latency' && seconds.some((each) => each[series.name] === null && each.planned > 0);
    const mostText = isEndless ? '∞' : chart.text(most);
    const share = service.planned === 0 ? null : service.counts[series.name as keyof ServiceCounts] / service.planned;
    return { ...series, most, mostText, idle: chart.stacked ? measured(share, 'share') : `max ${mostText}` };
  });
  const title = chart.title.replace('OPERATIONS', primaryPlural);
  // An outcome that never occurred needs no key.
  const keys = chart.stacked ? known.filter(({ name, most }) => name === 'correct' || most !== 0) : known;
  const summary = known.map(({ label, mostText }) => `${label} max ${mostText}`).join(', ');
  const label = `${title} over ${seconds.length} seconds: ${summary}. The table below has every value.`;
  return chartFigure({ ...chart, title, keys, label, index, isMeasured: known.some(({ most }) => most !== null) });
}

interface ChartFigure extends Pick<Chart, 'id' | 'title' | 'wide' | 'stacked'> {
  /** `idle` is the key's text while no moment is selected. */
  readonly keys: readonly {
    readonly name: string;
    readonly label: string;
    readonly ink: string;
    readonly idle: string;
  }[];
  /** For those who cannot see the curve. */
  readonly label: string;
  readonly index: number;
  readonly isMeasured: boolean;
}

/** The place in which the page's script draws a chart, with its title and keys. */
export function chartFigure({ id, title, wide, stacked, keys, label, index, isMeasured }: ChartFigure): Markup {
  return html`<figure class="${wide ? 'chart wide' : 'chart'}">
    <figcaption>
      <span class="title">${title}</span>
      <span class="keys"
        >${keys.map(
          ({ name, label: word, ink, idle }) =>
            html`<span class="key"
              ><i class="${stacked ? 'swatch' : 'line'} ${ink}" aria-hidden="true"></i>${word}
              <b data-value="${name}" data-idle="${idle}">${idle}</b></span
            > `,
        )}</span
      >
    </figcaption>
    ${
      isMeasured
        ? html`<div class="plot" role="img" data-run="${index}" data-chart="${id}" aria-label="${label}"></div>`
        : html`<p class="muted">Not measured.</p>`
    }
  </figure>`;
}

/** What is known while a drill still runs; the rest is for the judge. */
const liveTitles: Readonly<Record<string, string>> = {
  rates: 'Planned, sent and decided per second',
  latency: 'Planned to decided so far, sampled',
  lagSeconds: 'Lag, oldest undecided',
  lagMessages: 'Consumer lag, messages',
};

/** Empty charts for a page that gets its values while it is open. */
export const liveCharts = (): Markup[] =>
  charts.flatMap((chart) => {
    const title = liveTitles[chart.id];
    if (title === undefined) return [];
    const keys = chart.series.filter(({ name }) => name !== 'p50Ms').map((series) => ({ ...series, idle: nothing }));
    return [chartFigure({ ...chart, title, keys, label: title, index: 0, isMeasured: true })];
  });

const secondsTable = (seconds: readonly SecondResult[], target: string): Markup =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="Figures second by second of ${target}">
    <table class="dense">
      <thead>
        <tr>
          <th scope="col">second</th>
          ${columns.map(({ label }) => html`<th scope="col">${label}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${seconds.map(
          (each) =>
            html`<tr>
              <th scope="row">+${number(each.second)}</th>
              ${columns.map(({ name, text }) => html`<td>${text(each[name])}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;

/** Every series of every chart, once. */
const columns = charts.flatMap(({ series, text }) =>
  series.map(({ name, label }) => ({
    name,
    label,
    text: text === rate ? (value: number | null) => number(value) : text,
  })),
);
