/** `toofan compare` as a page: one file that asks nothing of any network. */
import { glyph, plain } from './format.ts';
import { type ComparedRow, type ComparedRun, differencesOf, figureRows, promiseRows } from './compared-runs.ts';
import { assetsOf } from './html/assets.ts';
import { curveData, type SeriesName } from './html/curve-data.ts';
import { chartFigure } from './html/curves.ts';
import { html, type Markup } from './html/markup.ts';
import { pageText } from './html/page.ts';
import { comparisonRow, verdictWord } from './html/verdict.ts';
import { headline } from './judged-run.ts';

/** What is drawn of each run; the page's script draws a chart as the report does that of the same name. */
const charts: readonly { readonly id: string; readonly series: SeriesName; readonly title: string }[] = [
  { id: 'latency', series: 'p99Ms', title: 'Planned to decided, p99' },
  { id: 'rates', series: 'decided', title: 'Decided per second' },
  { id: 'lagSeconds', series: 'lagSeconds', title: 'Lag, oldest undecided' },
  { id: 'machine', series: 'foreignCpu', title: 'CPU taken by others' },
];

/** The page over these runs; their curves begin together with `phase`, or with the load where it is undefined. */
export function comparedHtml(runs: readonly ComparedRun[], phase: string | undefined): string {
  const assets = assetsOf('browser/compared.js', ['compared.css']);
  const title = runs.map(({ letter, record }) => `${letter} ${record.target.name}`).join(' · ');
  const curves = overlaid(runs, phase);
  const from = phase === undefined ? 'the start of the load' : `the start of ${plain(phase)}`;
  const differences = differencesOf(runs).map(({ path, values }) => ({
    name: path,
    cells: values.map((text) => ({ verdict: null, text })),
  }));
  return pageText({
    assets,
    title: `Compared: ${title}`,
    ink: '0b6e8f',
    data: [{ curves, runs: runs.length, charts: charts.map(({ id, series }) => ({ id, series })) }],
    body: html`<header>
        <p class="name"><b>Toofan</b> <span>${String(runs.length)} runs side by side</span></p>
      </header>
      <main>
        <h1 class="unseen">Runs side by side</h1>
        <section class="side" aria-label="Runs">${runs.map((run) => whoCard(run))}</section>
        <section>
          <h2 id="curves">Curves</h2>
          <p class="muted">Seconds from ${from}.</p>
          <div class="card">
            <div class="charts" hidden>${charts.map((chart) => overlay(chart, runs, curves))}</div>
          </div>
        </section>
        ${tableOf('promises', 'Promises', 'Promise', runs, promiseRows(runs))}
        ${tableOf('figures', 'Figures', 'Figure', runs, figureRows(runs))}
        ${
          differences.length === 0
            ? html`<p class="muted">Nothing differed in scenario, versions, machine, seed and commit.</p>`
            : tableOf('differs', 'What differed', 'Value', runs, differences)
        }
      </main>`,
  });
}

const whoCard = (run: ComparedRun): Markup =>
  html`<article class="card verdict ${run.judgement.verdict}">
    <p class="target"><b class="letter">${run.letter}</b> ${run.folder}</p>
    <h2>
      <span class="mark" aria-hidden="true">${glyph[run.judgement.verdict]}</span> ${verdictWord[run.judgement.verdict]}
    </h2>
    <p class="headline">${run.record.scenario.name} › ${run.record.target.name}: ${headline(run)}.</p>
    <p class="muted">${run.record.command}</p>
  </article>`;

const tableOf = (
  id: string,
  title: string,
  column: string,
  runs: readonly ComparedRun[],
  rows: readonly ComparedRow[],
): Markup =>
  html`<section>
    <h2 id="${id}">${title}</h2>
    <div class="card">
      <div class="scroll" tabindex="0" role="region" aria-labelledby="${id}">
        <table class="compare ${id}">
          <thead>
            <tr>
              <th scope="col">${column}</th>
              ${runs.map(({ letter }) => html`<th scope="col">${letter}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows.map(comparisonRow)}
          </tbody>
        </table>
      </div>
    </div>
  </section>`;

const seriesOf = (series: SeriesName, index: number) => `${series}:${index}`;

/** One line a run, all on the seconds of the longest. */
function overlaid(runs: readonly ComparedRun[], phase: string | undefined) {
  const each = runs.map((run) => {
    const data = curveData(run);
    const from = Math.round(data.phases.find(({ name }) => name === plain(phase ?? ''))?.from ?? 0);
    return { data, from };
  });
  const length = Math.max(0, ...each.map(({ data, from }) => data.seconds.length - from));
  const columns = each.flatMap(({ data, from }, index) =>
    charts.map(({ series }) => {
      const values = data.series[series].slice(from);
      return [
        seriesOf(series, index),
        [...values, ...Array.from({ length: length - values.length }, () => null)],
      ] as const;
    }),
  );
  const [first] = each;
  const shift = (second: number) => second - (first?.from ?? 0);
  return {
    seconds: Array.from({ length }, (_, second) => second + 0.5),
    series: Object.fromEntries(columns),
    phases: (first?.data.phases ?? []).map(({ name, from, to }) => ({ name, from: shift(from), to: shift(to) })),
    faults: [],
    marks: [],
    breach: null,
    limits: first?.data.limits ?? {},
  };
}

function overlay(
  { id, series, title }: (typeof charts)[number],
  runs: readonly ComparedRun[],
  curves: ReturnType<typeof overlaid>,
): Markup {
  const isMeasured = runs.some((_, index) => curves.series[seriesOf(series, index)]?.some((value) => value !== null));
  const keys = runs.map(({ letter }, index) => ({
    name: seriesOf(series, index),
    label: letter,
    ink: `run-${index}`,
    idle: '',
  }));
  const label = `${title}, one line for each of ${runs.map(({ letter }) => letter).join(', ')}. The tables below have the figures.`;
  return chartFigure({
    id: `over-${id}`,
    title,
    wide: true,
    keys,
    label,
    index: 0,
    isMeasured,
  });
}
