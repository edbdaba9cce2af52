/** `toofan trend` as a page: a curve and a table for each series. */
import { duration } from './format.ts';
import { assetsOf } from './html/assets.ts';
import { html, type Markup } from './html/markup.ts';
import { pageText } from './html/page.ts';
import { sign } from './html/verdict.ts';
import type { TrendRun, TrendSeries } from './trend-runs.ts';
import { trendCells, trendHeadings } from './trend-text.ts';

export const trendHtml = (series: readonly TrendSeries[], folder: string, notes: readonly string[]): string =>
  pageText({
    assets: assetsOf('browser/page.js', ['trend.css']),
    title: `Trend: ${folder}`,
    ink: '0b6e8f',
    data: [],
    body: html`<header>
        <p class="name"><b>Toofan</b> <span>runs over time</span></p>
        <p class="muted">${folder}</p>
      </header>
      <main>
        <h1 class="unseen">Runs over time</h1>
        ${notes.map((note) => html`<p class="note">${note}</p>`)} ${series.map((one, index) => section(one, index))}
      </main>`,
  });

const section = ({ title, runs }: TrendSeries, index: number): Markup =>
  html`<section>
    <h2 id="series-${index}">${title}</h2>
    <div class="card">
      ${curve(runs, title)}
      <div class="scroll" tabindex="0" role="region" aria-labelledby="series-${index}">
        <table class="dense trend-runs">
          <thead>
            <tr>
              ${trendHeadings.map((name) => html`<th scope="col">${name === '' ? 'verdict' : name}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${runs.toReversed().map(
              (run) =>
                html`<tr>
                  ${trendCells(run).map((cell, column) =>
                    column === 0
                      ? html`<th scope="row">${cell}</th>`
                      : html`<td>${column === 1 ? sign(run.verdict) : cell}</td>`,
                  )}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </div>
  </section>`;

const [width, height, edge] = [1_000, 160, 12];

/** p99 and p50 at the peak, run after run; a dot has the colour of its verdict. Nothing where there is only one run. */
function curve(runs: readonly TrendRun[], title: string): Markup {
  const most = Math.max(...runs.map(({ p99Ms }) => p99Ms ?? 0));
  if (runs.length < 2 || most === 0) return html``;
  const x = (index: number) => (edge + (index * (width - 2 * edge)) / (runs.length - 1)).toFixed(1);
  const y = (ms: number) => (height - edge - (ms / most) * (height - 2 * edge)).toFixed(1);
  const points = (of: (run: TrendRun) => number | null) =>
    runs.flatMap((run, index) => {
      const ms = of(run);
      return ms === null ? [] : [`${x(index)},${y(ms)}`];
    });
  const dots = runs.flatMap((run, index) =>
    run.p99Ms === null
      ? []
      : [
          html`<path class="${run.verdict}" d="M${x(index)} ${y(run.p99Ms)}h0">
            <title>${run.when}: p99 ${duration(run.p99Ms)}, ${run.folder}</title>
          </path>`,
        ],
  );
  return html`<p class="trend-keys muted">
      <b class="p99">p99</b> and p50 of the phase with the highest rate, run after run; the highest is ${duration(most)}
    </p>
    <svg
      class="trend"
      viewBox="0 0 ${width} ${height}"
      preserveAspectRatio="none"
      role="img"
      aria-label="p99 of ${String(runs.length)} runs of ${title}; the table below has every value"
    >
      <polyline class="p50" points="${points(({ p50Ms }) => p50Ms).join(' ')}"></polyline>
      <polyline class="p99" points="${points(({ p99Ms }) => p99Ms).join(' ')}"></polyline>
      ${dots}
    </svg>`;
}
