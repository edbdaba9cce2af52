/** The page that follows a drill, in the words and looks of the report; its script fills the empty parts. */
import type { LiveDrill } from './live-drill.ts';
import { nothing } from '../report/format.ts';
import { assetsOf } from '../report/html/assets.ts';
import { liveCharts } from '../report/html/curves.ts';
import { html, type Markup } from '../report/html/markup.ts';
import { pageText } from '../report/html/page.ts';

const beside = (name: string) => new URL(name, import.meta.url).href;
const assets = assetsOf(beside('live.js'), [beside('live.css')], "'self'");

const tiles = [
  { name: 'planned', label: 'Planned' },
  { name: 'sent', label: 'Sent' },
  { name: 'decided', label: 'Decided' },
  { name: 'p99Ms', label: 'p99 so far' },
  { name: 'lagSeconds', label: 'Lag, oldest undecided' },
  { name: 'lagMessages', label: 'Lag, messages' },
];

const tile = ({ name, label }: (typeof tiles)[number]): Markup =>
  html`<div class="tile">
    <dt>${label}</dt>
    <dd><b data-now="${name}">${nothing}</b> <span></span></dd>
  </div>`;

/** The page as it is before the first event. */
export const liveMarkup = ({ scenario, target, remarks }: LiveDrill): string =>
  pageText({
    assets,
    title: `Live: ${scenario}`,
    ink: '0b6e8f',
    data: [{ target }],
    body: html`<header>
        <p class="name">
          <b>Toofan</b> <span>${scenario} › <span id="target">${target}</span></span>
        </p>
        ${remarks.length > 0 ? html`<p class="scales"><b>Not to scale:</b> ${remarks.join('; ')}.</p>` : ''}
      </header>
      <main class="live">
        <p class="unseen" role="status" aria-live="polite" id="told"></p>
        <section aria-label="Now">
          <div class="card verdict" id="now">
            <p class="top"><span class="target" id="place"></span> <span id="connection">Connecting</span></p>
            <h1 id="phase">Getting ready</h1>
            <p class="headline" id="left"></p>
            <progress id="progress" max="1" value="0" aria-label="Progress of the load"></progress>
            <p class="note" id="report" hidden>The report is ready. <a href="/">Open it</a></p>
            <dl class="tiles">${tiles.map(tile)}</dl>
          </div>
        </section>
        <section class="curves" aria-labelledby="curves">
          <h2 id="curves">The surge</h2>
          <div class="card">
            <figure class="chart wide strip" id="strip" hidden>
              <figcaption><span class="title">Faults and actions</span></figcaption>
              <div
                class="plot"
                role="img"
                data-run="0"
                data-chart="story"
                aria-label="Faults and actions over time; they are listed below."
              ></div>
            </figure>
            <div class="charts">${liveCharts()}</div>
          </div>
        </section>
        <section aria-labelledby="wanted" id="left-of-wanted" hidden>
          <h2 id="wanted">Most wanted: what is left</h2>
          <div class="card">
            <ol class="wanted" id="wanted-keys"></ol>
            <p class="muted">As shown to customers.</p>
          </div>
        </section>
        <section>
          <h2 id="happened">What happened</h2>
          <div class="card scroll" tabindex="0" role="region" aria-labelledby="happened">
            <ol class="events" id="events" reversed></ol>
          </div>
        </section>
      </main>`,
  });
