/** The effect of each fault on customers and responders, in words for every report. */
import type { IncidentResult } from '../judge/judgement.ts';
import { listed, measured, plain } from './format.ts';
import { type JudgedRun, moment } from './judged-run.ts';

export interface IncidentLine {
  readonly name: string;
  readonly struck: string;
  /** What was observed; a fault that was not seen to strike has no more to report. */
  readonly shownBy: string;
  readonly felt: string;
  readonly alert: string;
  readonly responses: string;
  /** A response that failed; the reason is in `responses`. */
  readonly hasFailedResponse: boolean;
  readonly healed: string;
  readonly recovered: string;
  /** Nobody was alerted although customers were affected, or it never ended. */
  readonly bad: boolean;
}

export const incidentLines = (run: JudgedRun): IncidentLine[] =>
  run.judgement.incidents.map((incident) => lineOf(run, incident));

function lineOf({ record, judgement }: JudgedRun, incident: IncidentResult): IncidentLine {
  const { name, struckAt, verified, detail, impactAt, healedAt, recoveredAt, actions } = incident;
  const base = { name: plain(name), shownBy: plain(detail) };
  if (!verified) {
    const struck = `not verified, due at ${moment(record, struckAt)}`;
    const nothing = { felt: '', alert: '', responses: '', hasFailedResponse: false, healed: '', recovered: '' };
    return { ...base, ...nothing, struck, bad: false };
  }
  const told = actions.map((action) => {
    const why = judgement.events.find(
      ({ kind, name: of, at, stage }) =>
        kind === 'action' && stage === 'failed' && of === action.name && at === action.at,
    );
    const reason = why === undefined || why.detail === '' ? '' : `: ${plain(why.detail)}`;
    return `${plain(action.name)} ${plain(action.stage)} at ${moment(record, action.at)}${reason}`;
  });
  return {
    ...base,
    struck: moment(record, struckAt),
    felt: impactAt === null ? 'not felt by customers' : after(impactAt, struckAt, 'the strike'),
    alert: alertText(incident),
    responses: listed(told),
    hasFailedResponse: actions.some(({ stage }) => stage === 'failed'),
    healed: healedAt === null ? 'time unknown' : moment(record, healedAt),
    recovered: recoveredAt === null ? 'not within the drill' : after(recoveredAt, healedAt ?? struckAt, 'it healed'),
    bad: recoveredAt === null || (impactAt !== null && incident.alert === null && incident.unwatched === ''),
  };
}

/** `at once`, `4.2 s after the strike`. */
const after = (at: number, since: number, what: string): string =>
  at <= since ? 'at once' : `${measured((at - since) / 1e6, 's')} after ${what}`;

function alertText({ alert, impactAt, struckAt, unwatched }: IncidentResult): string {
  if (alert === null) return unwatched === '' ? 'none' : `unknown: ${plain(unwatched)}`;
  const whose = alert.subject === '' ? '' : ` of ${plain(alert.subject)}`;
  if (impactAt === null) return `${plain(alert.name)}${whose}, ${after(alert.at, struckAt, 'the strike')}`;
  const when = alert.at <= impactAt ? 'before customers felt it' : after(alert.at, impactAt, 'customers felt it');
  return `${plain(alert.name)}${whose}, ${when}`;
}
