/** Under a counterexample: what became of its operations, as `toofan explain` tells it. */
import { type JudgedRun, startOf } from '../judged-run.ts';
import { lifeLines } from '../life-lines.ts';
import { html, type Markup } from './markup.ts';

/** The moments of these operations, folded away; empty if the run has none of them. */
export function exampleLife(
  { record, judgement: { measure }, life = [] }: JudgedRun,
  ops: readonly number[],
  label: string,
): Markup {
  const moments = life.filter(({ op }) => op !== null && ops.includes(op));
  if (moments.length === 0) return html``;
  const lines = lifeLines(moments, { startsAt: startOf(record), measure, faults: record.faults, broken: [] });
  const headings = ['when', 'op', 'event', 'what', ...(measure === null ? [] : ['change', 'there then'])];
  return html`<details class="of-example">
    <summary>Moment by moment</summary>
    <div class="scroll" tabindex="0" role="region" aria-label="Moments of ${label} on ${record.target.name}">
      <table class="dense life">
        <thead>
          <tr>
            ${headings.map((name) => html`<th scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${lines.map(
            ({ cells }) =>
              html`<tr>
                ${cells
                  .slice(0, headings.length)
                  .map((cell, column) => (column === 0 ? html`<th scope="row">${cell}</th>` : html`<td>${cell}</td>`))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}
