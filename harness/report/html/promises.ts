/** Objectives, invariants and their counterexamples. */
import type { Counterexample, InvariantResult, ObjectiveResult } from '../../judge/judgement.ts';
import { objectiveName, violationsText } from '../comparison.ts';
import { toldOfEach } from '../../judge/told-operations.ts';
import { counted, measured, nothing, number, observedText, thresholdText } from '../format.ts';
import { type JudgedRun, moment, operations } from '../judged-run.ts';
import { livedExamples } from '../example-lives.ts';
import { exampleLife } from './example-life.ts';
import { html, type Markup } from './markup.ts';
import { momentLink, sign } from './verdict.ts';

const shownAtFirst = 10;
/** In the form that the page's script expects. */
const shownAtOnce = 100;

export const promisesOf = ({ judgement }: JudgedRun): Markup =>
  html`<div class="pair">
    <table class="results objectives">
      <thead>
        <tr>
          <th scope="col">Objective</th>
          <th scope="col">Observed</th>
          <th scope="col">Promised</th>
          <th scope="col">Used</th>
        </tr>
      </thead>
      <tbody>
        ${judgement.objectives.map(objectiveRow)}
      </tbody>
    </table>
    <table class="results invariants">
      <thead>
        <tr>
          <th scope="col">Invariant</th>
          <th scope="col">Violations</th>
        </tr>
      </thead>
      <tbody>
        ${judgement.invariants.map(
          (invariant) =>
            html`<tr class="${invariant.verdict}">
              <th scope="row">
                ${sign(invariant.verdict)}
                ${invariant.name}<small>${invariant.promise}</small>${remark(invariant.detail)}
              </th>
              <td>${violationsText(invariant)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;

const remark = (detail: string) => (detail === '' ? '' : html`<small class="detail">${detail}</small>`);

const objectiveRow = (objective: ObjectiveResult): Markup => {
  const evidence = counted(objective.evidence, 'value');
  return html`<tr class="${objective.verdict}">
    <th scope="row">
      ${sign(objective.verdict)} ${objectiveName(objective)}<small>from ${evidence}</small>${remark(objective.detail)}
    </th>
    <td>${observedText(objective)}</td>
    <td>${thresholdText(objective)}</td>
    <td>${usedBar(objective)}</td>
  </tr>`;
};

/**
 * The share of what was allowed that is used; 1 is the limit. A share that must be at least 99.9 % allows 0.1 %: 99.85 % uses 1.5
 * of it.
 */
export function used({ observed, threshold, sense, unit }: ObjectiveResult): number | null {
  if (observed === null) return null;
  if (sense === 'below') return threshold > 0 ? observed / threshold : null;
  if (unit === 'share') return threshold < 1 ? (1 - observed) / (1 - threshold) : null;
  return observed > 0 ? threshold / observed : null;
}

/** A bar with its limit at two thirds, so that exceeding it is visible. */
function usedBar(objective: ObjectiveResult): Markup {
  const share = used(objective);
  if (share === null || !Number.isFinite(share)) return html`<span class="muted">${nothing}</span>`;
  const limit = 40;
  const length = Math.max(1, Math.min(60, share * limit)).toFixed(1);
  const text = share < 10 ? `${number(share * 100)} %` : `${number(share, 1)}×`;
  return html`<span class="used"
    ><svg class="bar" viewBox="0 0 60 8" width="60" height="8" aria-hidden="true">
      <rect class="track" width="60" height="4" y="2" rx="2"></rect>
      <rect class="fill" width="${length}" height="4" y="2" rx="2"></rect>
      <path class="limit" d="M${limit} 0v8"></path>
    </svg>
    <b>${text}</b></span
  >`;
}

export const hasExamples = ({ judgement }: JudgedRun): boolean =>
  judgement.invariants.some(({ examples }) => examples.length > 0);

/** Every broken invariant with its examples; the script adds those beyond the tenth from the page's data. */
export function counterexamplesOf(run: JudgedRun, index: number): Markup {
  const withExamples = run.judgement.invariants.flatMap((invariant, number_) =>
    invariant.examples.length > 0 ? [{ invariant, number: number_ }] : [],
  );
  if (withExamples.length === 0) return html`<p class="muted">None.</p>`;
  return html`${withExamples.map(({ invariant, number: place }, position) => examplesOf(run, index, invariant, place, position === 0))}`;
}

function examplesOf(run: JudgedRun, index: number, invariant: InvariantResult, place: number, open: boolean): Markup {
  const { examples, violations } = invariant;
  const rest = examples.length - shownAtFirst;
  const kept = examples.length < violations ? html`, the ${number(examples.length)} most harmful shown` : '';
  return html`<details class="examples" ${open ? html`open` : ''}>
    <summary>
      ${sign(invariant.verdict)} <b>${invariant.name}</b>
      <span class="muted">${counted(violations, 'violation')}${kept}</span>
    </summary>
    <ol>
      ${examples.slice(0, shownAtFirst).map((example, position) => exampleItem(run, index, example, position, `${invariant.name}, example ${position + 1}`))}
    </ol>
    ${rest > 0 ? html`<button type="button" class="more" data-run="${index}" data-invariant="${place}" hidden>Show ${number(Math.min(rest, shownAtOnce))} of ${number(rest)} more</button>` : ''}
  </details>`;
}

const exampleItem = (
  run: JudgedRun,
  index: number,
  { key, ops, at, detail }: Counterexample,
  place: number,
  label: string,
): Markup =>
  html`<li>
    <span class="what">${detail}</span>
    <span class="where"
      >${key === null ? '' : html`<code>${key}</code> `}${at === null ? '' : momentLink(run, index, at)}</span
    >
    <span class="ops">${operations(ops, toldOfEach)}</span>
    ${operationsOf(run, ops, label)} ${place < livedExamples ? exampleLife(run, ops.slice(0, toldOfEach), label) : ''}
  </li>`;

/** The operations of an example, one by one; empty if the judge listed none. */
function operationsOf(
  { record, judgement: { operations: all, measure } }: JudgedRun,
  ops: readonly number[],
  label: string,
): Markup {
  const told = all.filter(({ op }) => ops.slice(0, toldOfEach).includes(op));
  if (told.length === 0) return html``;
  const amount = (value: number | null) =>
    value === null ? nothing : measured(value, measure === 'units' ? counting(value) : 'paise');
  return html`<div
    class="scroll of-example"
    tabindex="0"
    role="region"
    aria-label="Operations of ${label} on ${record.target.name}"
  >
    <table class="dense told">
      <thead>
        <tr>
          ${['Operation', 'at', 'asked', 'answer', 'left after'].map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${told.map(
          ({ op, kind, key, name, asked, at, answer, decidedAt, left }) =>
            html`<tr>
              <th scope="row">${kind} ${String(op)}<small>${name === null ? key : `${name} (${key})`}</small></th>
              <td>${moment(record, at)}</td>
              <td>${measure === null ? nothing : amount(asked)}</td>
              <td>${answer ?? 'none'}${decidedAt === null ? '' : html`<small>${moment(record, decidedAt)}</small>`}</td>
              <td>${amount(left)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

const counting = (value: number): string => (Math.abs(value) === 1 ? 'unit' : 'units');

/** What the script needs to show the page's examples beyond the tenth; same order, same texts. */
export const examplesData = ({ record, judgement }: JudgedRun) =>
  judgement.invariants.map(({ name, examples }) => ({
    name,
    examples: examples.map(({ key, ops, at, harm, detail }) => ({
      key,
      ops,
      at,
      harm,
      detail,
      moment: at === null ? '' : moment(record, at),
      operations: operations(ops, toldOfEach),
    })),
  }));
