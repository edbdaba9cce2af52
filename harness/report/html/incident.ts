/** The incident: the effect of each fault on customers and responders, and everything that happened, in order. */
import { type IncidentLine, incidentLines } from '../incidents.ts';
import { type JudgedRun, moment } from '../judged-run.ts';
import { html, type Markup } from './markup.ts';
import { momentLink } from './verdict.ts';

export const hasFaults = ({ record, judgement }: JudgedRun): boolean =>
  record.faults.length > 0 || judgement.events.some(({ kind }) => kind !== 'phase');

export function incidentOf(run: JudgedRun, index: number): Markup {
  const lines = incidentLines(run);
  const told = html`<ol class="events">
    ${run.judgement.events
      .filter(({ kind }) => kind !== 'phase')
      .map(
        ({ at, name, kind, stage, detail }) =>
          html`<li>
            <span class="when">${moment(run.record, at)}</span> <b>${name}</b>
            <span class="state ${kindClass(kind)}">${kind} ${stage}</span> <span class="muted">${detail}</span>
          </li>`,
      )}
  </ol>`;
  if (lines.length === 0) return told;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Faults of ${run.record.target.name}">
      <table class="incidents">
        <thead>
          <tr>
            ${['Fault', 'Struck', 'Evidence', 'Felt', 'First alert', 'Response', 'Healed', 'Recovered'].map((name) => html`<th scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${lines.map((line, place) => incident(run, index, line, run.judgement.incidents[place]?.struckAt ?? 0))}
        </tbody>
      </table>
    </div>
    <details class="told">
      <summary>Full timeline</summary>
      ${told}
    </details>`;
}

/** Only kinds that the style sheet knows. */
const kindClass = (kind: string): string => (['fault', 'action', 'alert'].includes(kind) ? kind : '');

function incident(run: JudgedRun, index: number, line: IncidentLine, struckAt: number): Markup {
  const { felt, alert, responses, healed, recovered } = line;
  return html`<tr class="${line.bad ? 'bad' : ''}">
    <th scope="row"><b>${line.name}</b></th>
    <td>${felt === '' ? line.struck : momentLink(run, index, struckAt)}</td>
    <td>${line.shownBy}</td>
    <td>${felt}</td>
    <td>${alert}</td>
    <td class="${line.hasFailedResponse ? 'bad' : ''}">${responses}</td>
    <td>${healed}</td>
    <td>${recovered}</td>
  </tr>`;
}
