/** The first screen: did it hold, which promise broke, by how much, when, and one example to look at. */
import type { InvariantResult, ObjectiveResult, Verdict } from '../../judge/judgement.ts';
import { type ComparisonRow, comparisonRows, objectiveName, shortNames } from '../comparison.ts';
import { capitalised, counted, glyph, observedText, thresholdText } from '../format.ts';
import { firstBreach, headline, type JudgedRun, moment, operations, secondsIn } from '../judged-run.ts';
import { html, type Markup } from './markup.ts';
import { tilesOf } from './tiles.ts';

export const verdictWord: Readonly<Record<Verdict, string>> = {
  pass: 'Passed',
  fail: 'Failed',
  inconclusive: 'Inconclusive',
};

/** A verdict's sign, with its word for screen readers. */
export const sign = (verdict: Verdict): Markup =>
  html`<span class="sign ${verdict}"
    ><span aria-hidden="true">${glyph[verdict]}</span><span class="unseen">${verdictWord[verdict]}</span></span
  >`;

/** What one promise came to in each run, one cell a run. */
export const comparisonRow = ({ name, cells }: Pick<ComparisonRow, 'name' | 'cells'>): Markup =>
  html`<tr>
    <th scope="row">${name}</th>
    ${cells.map(({ verdict, text }) =>
      verdict === null ? html`<td>${text}</td>` : html`<td class="${verdict}">${sign(verdict)} ${text}</td>`,
    )}
  </tr>`;

/** A link to a moment, which the page's script shows on the curves. */
export function momentLink({ record }: JudgedRun, index: number, at: number): Markup {
  return html`<a class="moment" href="#curves-${index}" data-at="${secondsIn(record, at).toFixed(3)}"
    >${moment(record, at)}</a
  >`;
}

/** One target's card. Alone it has the page's main heading and lists what broke; otherwise the comparison does. */
export function verdictCard(run: JudgedRun, index: number, alone: boolean): Markup {
  const { judgement, record } = run;
  const word = verdictWord[judgement.verdict];
  const mark = html`<span class="mark" aria-hidden="true">${glyph[judgement.verdict]}</span> ${word}`;
  return html`<article class="card verdict ${judgement.verdict}">
    ${
      alone
        ? html`<h1>${mark}</h1>`
        : html`<p class="target">${record.target.name}</p>
            <h2>${mark}</h2>`
    }
    <p class="headline">${capitalised(headline(run))}.</p>
    ${aboutOf(run)} ${lookHere(run, index)} ${judgement.notes.map((note) => html`<p class="note">${note}</p>`)}
    ${judgement.verdict === 'pass' ? '' : html`<p class="note">${judgement.machine.note}.</p>`}
    <dl class="tiles">
      ${tilesOf(run).map(
        ({ label, value, remark, bad }) =>
          html`<div class="${bad ? 'tile bad' : 'tile'}">
            <dt>${label}</dt>
            <dd><b>${value}</b> <span>${remark}</span></dd>
          </div>`,
      )}
    </dl>
    ${alone ? broken(run, index) : ''}
  </article>`;
}

/** What was rehearsed, and on what: without it nobody knows why it broke. */
function aboutOf({ record: { scenario, target } }: JudgedRun): Markup {
  const sentences = [scenario.summary, target.summary ?? ''].filter((sentence) => sentence !== '');
  return sentences.length === 0 ? html`` : html`<p class="about muted">${sentences.join(' ')}</p>`;
}

function lookHere(run: JudgedRun, index: number): Markup {
  const breach = firstBreach(run);
  if (!breach) return html``;
  const { invariant, example } = breach;
  return html`<p class="look">
    <span class="label">First violation</span> ${momentLink(run, index, breach.at)}
    <span
      ><b>${invariant.name}</b>${example.key === null ? '' : html` · <code>${example.key}</code>`}:
      ${example.detail}</span
    >
    <span class="muted">${operations(example.ops)}</span>
  </p>`;
}

/** What did not pass, invariants first; empty if everything did. */
function broken(run: JudgedRun, index: number): Markup {
  const order: readonly Verdict[] = ['fail', 'inconclusive'];
  const rows = order.flatMap((verdict) => [
    ...run.judgement.invariants
      .filter((each) => each.verdict === verdict)
      .map((each) => brokenInvariant(run, each, index)),
    ...run.judgement.objectives.filter((each) => each.verdict === verdict).map(missedObjective),
  ]);
  return rows.length === 0
    ? html``
    : html`<ul class="broken">
        ${rows}
      </ul>`;
}

function brokenInvariant(run: JudgedRun, invariant: InvariantResult, index: number): Markup {
  const worst = invariant.examples[0];
  const figure = invariant.verdict === 'fail' ? counted(invariant.violations, 'violation') : 'not judged';
  const remark = worst ? `worst: ${worst.detail}` : invariant.detail;
  const at = worst && worst.at !== null ? html` ${momentLink(run, index, worst.at)}` : '';
  return html`<li>
    ${sign(invariant.verdict)} <b>${invariant.name}</b> <span class="figure">${figure}</span>
    <span class="remark">${remark}${at}</span>
  </li>`;
}

const missedObjective = (objective: ObjectiveResult): Markup =>
  html`<li>
    ${sign(objective.verdict)} <b>${objectiveName(objective)}</b>
    <span class="figure">${observedText(objective)} <span class="muted">for ${thresholdText(objective)}</span></span>
    <span class="remark">${objective.detail}</span>
  </li>`;

/** Every promise against every target. */
export function comparison(runs: readonly JudgedRun[]): Markup {
  return html`<section>
    <h2 id="compared">Side by side</h2>
    <div class="card">
      <div class="scroll" tabindex="0" role="region" aria-labelledby="compared">
        <table class="compare">
          <thead>
            <tr>
              <th scope="col">Promise</th>
              ${shortNames(runs).map((name) => html`<th scope="col">${name}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${comparisonRows(runs).map(comparisonRow)}
          </tbody>
        </table>
      </div>
    </div>
  </section>`;
}
