/** The drawings of a capacity's page, as static SVG: every hold by rate and p99, and the course of each. */
import type { CapacityHold, CapacityJson } from '../../capacity/capacity-shape.ts';
import { settleMs } from '../../capacity/hold-scenario.ts';
import { duration, glyph, measured, number } from '../format.ts';
import { html, type Markup } from './markup.ts';

interface Scale {
  readonly at: (value: number) => number;
}

const logScale = (low: number, high: number, from: number, to: number): Scale => {
  const [a, b] = [Math.log(low), Math.log(Math.max(high, low * 1.01))];
  return { at: (value) => Math.round(10 * (from + ((Math.log(value) - a) / (b - a)) * (to - from))) / 10 };
};

/** 1, 2 and 5 of each power of ten between. */
const steps = (low: number, high: number): number[] =>
  Array.from({ length: 12 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** (power - 2)))
    .flat()
    .filter((value) => value >= low && value <= high);

const [width, height, left, bottom, top] = [460, 260, 52, 34, 14];

/**
 * Rate on the x axis, the hold's p99 on the y axis, both logarithmic; the interval is shaded. Holds with undecided operations are
 * at the top.
 */
export function ratesChart({ holds, interval, primaryPlural }: CapacityJson): Markup {
  const shown = holds.filter(({ curve }) => curve.length > 0);
  const rates = shown.map(({ perSecond }) => perSecond);
  const p99s = shown.flatMap(({ p99Ms }) => p99Ms ?? []);
  if (rates.length === 0) return html`<p class="muted">No hold was judged yet.</p>`;
  const [lowest, highest] = [Math.min(...rates) / 1.1, Math.max(...rates) * 1.1];
  const [fast, slow] = [Math.max(0.5, Math.min(...p99s, 1_000) / 1.5), Math.max(...p99s, 100) * 2];
  const x = logScale(lowest, highest, left, width - 10);
  const y = logScale(fast, slow, height - bottom, top);
  const [low, high] = interval;
  const [from, to] = [x.at(low ?? lowest), x.at(high ?? highest)];
  const dots = shown.map(({ perSecond, p99Ms, verdict }) => {
    const [cx, cy] = [x.at(perSecond), p99Ms === null ? top : y.at(p99Ms)];
    const title = html`<title>${number(perSecond)}/s ${verdict}, p99 ${duration(p99Ms)}</title>`;
    return verdict === 'held'
      ? html`<circle class="held" cx="${cx}" cy="${cy}" r="5">${title}</circle>`
      : html`<path class="${verdict}" d="M${cx - 4} ${cy - 4}l8 8m0 -8l-8 8">${title}</path>`;
  });
  return html`<svg
    viewBox="0 0 ${width} ${height}"
    role="img"
    aria-label="p99 latency of every hold by its rate, both on logarithmic scales"
  >
    <rect class="band" x="${from}" y="${top}" width="${Math.max(0, to - from)}" height="${height - bottom - top}" />
    ${steps(fast, slow).map((ms) => html`<path class="axis" d="M${left} ${y.at(ms)}H${width - 10}" /><text x="${left - 8}" y="${y.at(ms) + 4}" text-anchor="end">${duration(ms)}</text>`)}
    ${steps(lowest, highest).map((rate) => html`<text x="${x.at(rate)}" y="${height - bottom + 18}" text-anchor="middle">${number(rate)}</text>`)}
    <text x="${left}" y="${height - 1}">${primaryPlural} per second; shaded: the interval</text>
    ${dots}
  </svg>`;
}

const [small, smallHeight] = [260, 90];

/** p99 and lag, second by second, each scaled from zero to its maximum; the dashed line is the start of the judged part. */
export function holdChart({ curve, perSecond, verdict, purpose }: CapacityHold): Markup {
  const sign = glyph[verdict === 'held' ? 'pass' : verdict === 'failed' ? 'fail' : 'inconclusive'];
  const { p99, lag } = linesOf(curve);
  return html`<figure>
    <figcaption>
      <b>${sign} ${number(perSecond)}/s</b> ${verdict}${purpose === 'confirm' ? ', fresh' : ''}<br />
      <span class="muted">p99 up to ${duration(most(p99))}, lag up to ${measured(most(lag), 's')}</span>
    </figcaption>
    ${courseChart(curve, `p99 and lag of the hold at ${number(perSecond)} per second`)}
  </figure>`;
}

/** The drawing alone, with its name for who does not see it. */
export function courseChart(curve: CapacityHold['curve'], label: string): Markup {
  const last = Math.max(1, ...curve.map(([second]) => second));
  const begin = Math.round((settleMs / 1_000 / last) * small);
  const { p99, lag } = linesOf(curve);
  return html`<svg viewBox="0 0 ${small} ${smallHeight}" role="img" aria-label="${label}">
    <path class="axis" d="M0 ${smallHeight - 1}H${small}" />
    <path class="begin" d="M${begin} 0V${smallHeight}" />
    <path class="p99" d="${line(p99, last)}" />
    <path class="lag" d="${line(lag, last)}" />
  </svg>`;
}

const linesOf = (curve: CapacityHold['curve']): { readonly p99: Points; readonly lag: Points } => ({
  p99: curve.map(([second, , ms]) => [second, ms]),
  lag: curve.map(([second, , , lag]) => [second, lag]),
});

type Points = readonly (readonly [second: number, value: number | null])[];

const most = (points: Points): number => Math.max(0, ...points.flatMap(([, value]) => value ?? []));

/** Interrupted where there is no value. */
function line(points: Points, last: number): string {
  const highest = most(points) || 1;
  let isBroken = true;
  return points
    .map(([second, value]) => {
      const command = isBroken ? 'M' : 'L';
      isBroken = value === null;
      if (value === null) return '';
      return `${command}${((second / last) * small).toFixed(1)} ${(smallHeight - 2 - (value / highest) * (smallHeight - 6)).toFixed(1)}`;
    })
    .join('');
}
