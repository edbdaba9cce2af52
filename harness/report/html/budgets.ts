/** The error budgets: what may go wrong, what did, and how fast. */
import type { BudgetResult } from '../../judge/judgement.ts';
import { measured, nothing, number } from '../format.ts';
import type { JudgedRun } from '../judged-run.ts';
import { html, type Markup } from './markup.ts';
import { momentLink } from './verdict.ts';

export const hasBudgets = ({ judgement }: JudgedRun): boolean => judgement.budgets.length > 0;

export const budgetsOf = (run: JudgedRun, index: number): Markup =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="Error budgets of ${run.record.target.name}">
    <table class="dense budgets">
      <thead>
        <tr>
          ${['Objective', 'allowed bad', 'bad', 'budget used', 'worst second', 'worst 10 s'].map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${run.judgement.budgets.map((budget) => budgetRow(run, index, budget))}
      </tbody>
    </table>
  </div>`;

const times = (burn: number): string => (burn === Infinity ? 'unbounded' : `${number(burn, burn < 10 ? 1 : 0)}×`);

function budgetRow(run: JudgedRun, index: number, budget: BudgetResult): Markup {
  const { objective, during, allowed, allowedShare, bad, planned, burn, worst } = budget;
  return html`<tr class="${burn > 1 ? 'fail' : 'pass'}">
    <th scope="row">
      ${objective}${during === '' ? '' : html` (${during})`} <small>of ${number(planned)} planned</small>
    </th>
    <td>${number(allowed)} <span class="muted">(${measured(allowedShare, 'share')})</span></td>
    <td>${number(bad)}</td>
    <td>${burn === Infinity ? 'unbounded' : `${number(burn * 100, burn < 1 ? 1 : 0)} %`}</td>
    ${worst.map(
      ({ burn: fastest, at }) =>
        html`<td>
          ${fastest === 0 ? nothing : times(fastest)}
          ${fastest === 0 || at === null ? '' : html`<small>from ${momentLink(run, index, at)}</small>`}
        </td>`,
    )}
  </tr>`;
}
