/** The plan sheet of a capacity's page. */
import type { CapacityJson } from '../../capacity/capacity-shape.ts';
import { nothing, number } from '../format.ts';
import { html, type Markup } from './markup.ts';

const words = { held: 'held', failed: 'beyond it', unknown: 'not tried' } as const;

/** The measured capacity against what a sale may bring, and what a million operations cost; null where no rate was held. */
export function planMarkup({ plan, primaryPlural }: CapacityJson): Markup | null {
  if (plan === null) return null;
  const { rows, workers, partitions, normalPerSecond, cpuSecondsPerMillion, rupeesPerMillion } = plan;
  return html`<p class="muted">
      Normal is ${number(normalPerSecond)} ${primaryPlural}/s. Workers and partitions by the measured rate of one of
      ${number(workers)} workers (${number(partitions)} partitions), assuming that each worker has cores of its own and
      that the stores grow along; nothing is said beyond twice of what was held.
    </p>
    <div class="wide-table">
      <table class="dense">
        <thead>
          <tr>
            <th>what may come</th>
            <th>per second</th>
            <th>held ÷ it</th>
            <th>workers</th>
            <th>partitions</th>
            <th>here</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ name, perSecond, lines, share, is, workers: needed, partitions: split }) =>
              html`<tr>
                <th scope="row">${name}${lines === '' ? '' : html` <span class="muted">(source, ${lines})</span>`}</th>
                <td>${number(perSecond)}</td>
                <td>${number(share, 2)}×</td>
                <td>${needed === null ? nothing : number(needed)}</td>
                <td>${split === null ? nothing : number(split)}</td>
                <td class="why">${words[is]}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${cpuSecondsPerMillion === null ? '' : priceOf(cpuSecondsPerMillion, rupeesPerMillion)}`;
}

const priceOf = (coreSeconds: number, prices: NonNullable<CapacityJson['plan']>['rupeesPerMillion']): Markup =>
  html`<p>
    A million operations took ${number(coreSeconds)} core-seconds, stores and generator included. The source's prices of
    a vCPU-hour make that
    ${prices.map(({ place, rupees, line }, index) => html`${index === 0 ? '' : html`, `}₹${number(rupees, 2)} in ${place} <span class="muted">(${line})</span>`)}.
  </p>`;
