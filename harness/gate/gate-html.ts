import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { capitalised, duration, number } from '../report/format.ts';
import { html, Markup } from '../report/html/markup.ts';
import type { MetricResult, Pair } from './compare-metrics.ts';
import { type GateRow, gateRows, sideText, sign, titleOf, verdictStanding } from './gate-rows.ts';
import type { GateRun } from './gate-run.ts';
import { metrics } from './metrics.ts';

const styles = ['../report/html/frame.css', 'gate.css']
  .map((name) => readFileSync(new URL(name, import.meta.url), 'utf8'))
  .join('');

/** One page, whole in itself: the result, every difference with its interval, every pair. No script. */
export function gateHtml(run: GateRun, pairs: readonly Pair[]): string {
  const { comparison, pairsPlanned, tookMs, ended } = run;
  const standing = verdictStanding[comparison.verdict];
  const style = createHash('sha256').update(styles).digest('base64');
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content="${new Markup(`default-src 'none'; style-src 'sha256-${style}'; base-uri 'none'; form-action 'none'`)}"
        />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${comparison.verdict}: ${titleOf(run)}</title>
        ${new Markup(`<style>${styles}</style>`)}
      </head>
      <body>
        <header>
          <p class="result ${standing}">${sign[standing]} ${capitalised(comparison.verdict)}</p>
          <h1>${titleOf(run)}</h1>
          <p>${comparison.why}.</p>
          ${ended === '' ? '' : html`<p>Ended early: ${ended}</p>`}
          <p class="aside">
            ${number(comparison.pairs)} of ${number(pairsPlanned)} pairs in ${duration(tookMs)}; seeds from
            ${String(run.seed)}; base ${sideText(run.base)}
          </p>
        </header>
        <main>
          ${differences(run)} ${everyPair(pairs)}
          <p>Repeat:</p>
          <pre>${run.command}</pre>
        </main>
        <footer><p>Toofan: rehearse the sale before the sale.</p></footer>
      </body>
    </html> `.text;
}

function differences(run: GateRun): Markup {
  const byName = new Map(run.comparison.metrics.map((metric) => [metric.name, metric]));
  return html`<table>
    <caption>
      What differs, worse first: the dot is the mean change, the line its 99 % bounds, the dashes the margin; right is
      worse
    </caption>
    <thead>
      <tr>
        <th></th>
        <th>what</th>
        <th class="figure">base</th>
        <th class="figure">head</th>
        <th class="figure">worse by</th>
        <th class="figure">margin</th>
        <th>change</th>
      </tr>
    </thead>
    <tbody>
      ${gateRows(run).map((row) => rowMarkup(row, byName.get(row.name)))}
    </tbody>
  </table>`;
}

const rowMarkup = (row: GateRow, metric: MetricResult | undefined): Markup =>
  html`<tr>
    <td class="${row.standing}">${sign[row.standing]}</td>
    <th scope="row">
      <span class="${row.standing}">${row.name}</span>
      <div class="why">${row.label}${row.why === '' ? '' : `: ${row.why}`}</div>
    </th>
    <td class="figure" data-label="base">${row.base}</td>
    <td class="figure" data-label="head">${row.head}</td>
    ${cell('worse by', row.change)}${cell('margin', row.margin)}
    <td>${metric === undefined ? '' : interval(metric)}</td>
  </tr>`;

const cell = (label: string, text: string): Markup =>
  text === '' ? html`<td></td>` : html`<td class="figure" data-label="${label}">${text}</td>`;

const width = 240;
/** The picture's ends, as shares; what reaches further is cut there. */
const least = 0.2;

function interval({ change, lower, upper, margin, name }: MetricResult): Markup | string {
  if (change === null || lower === null || upper === null) return '';
  const reach = Math.min(1, Math.max(least, Math.abs(lower), Math.abs(upper), margin ?? 0) * 1.1);
  const at = (share: number) => ((Math.min(1, Math.max(-1, share / reach)) + 1) * width) / 2;
  const line = (css: string, from: number, to: number, top: number, bottom: number) =>
    html`<line class="${css}" x1="${at(from)}" x2="${at(to)}" y1="${top}" y2="${bottom}" />`;
  return html`<svg class="interval" viewBox="0 0 ${width} 22" role="img" aria-label="${name}: interval of the change">
    ${line('zero', 0, 0, 1, 21)} ${margin === null ? '' : line('limit', margin, margin, 1, 21)}
    ${line('bounds', lower, upper, 11, 11)}
    <circle cx="${at(change)}" cy="11" r="4" />
  </svg>`;
}

function everyPair(pairs: readonly Pair[]): Markup {
  const shown = metrics.filter((metric) =>
    pairs.some(({ base, head }) => (metric.of(base) ?? metric.of(head)) !== null),
  );
  if (pairs.length === 0 || shown.length === 0) return html``;
  return html`<table>
    <caption>
      Every pair: base → head
    </caption>
    <thead>
      <tr>
        <th>seed</th>
        ${shown.map(({ name, unit }) => html`<th class="figure">${name}${unit === '' ? '' : `, ${unit}`}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${pairs.map(
        ({ seed, base, head }) =>
          html`<tr>
            <th scope="row">seed ${String(seed)}</th>
            ${shown.map(
              (metric) =>
                html`<td class="figure" data-label="${metric.name}">
                  ${number(metric.of(base), 3)} → ${number(metric.of(head), 3)}
                </td>`,
            )}
          </tr>`,
      )}
    </tbody>
  </table>`;
}
