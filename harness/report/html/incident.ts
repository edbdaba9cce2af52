/** The incident: what each fault was to customers and responders, and everything that happened in its order. */
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
  return html`<ol class="incidents">
      ${lines.map((line, place) => incident(run, index, line, run.judgement.incidents[place]?.struckAt ?? 0))}
    </ol>
    <details class="told">
      <summary>Everything in its order</summary>
      ${told}
    </details>`;
}

/** Only what the style sheet knows. */
const kindClass = (kind: string): string => (['fault', 'action', 'alert'].includes(kind) ? kind : '');

function incident(run: JudgedRun, index: number, line: IncidentLine, struckAt: number): Markup {
  const facts = [
    [line.felt === '' ? 'Not shown to strike' : 'Shown by', line.shownBy],
    ['Felt', line.felt],
    ['First alert', line.alert],
    ['Response', line.responses],
    ['Healed', line.healed],
    ['Well again', line.recovered],
  ].filter(([, text]) => text !== '');
  return html`<li class="${line.bad ? 'bad' : ''}">
    <p><b>${line.name}</b> ${momentLink(run, index, struckAt)}</p>
    <dl>
      ${facts.map(
        ([label, text]) =>
          html`<div>
            <dt>${label ?? ''}</dt>
            <dd>${text ?? ''}</dd>
          </div>`,
      )}
    </dl>
  </li>`;
}
