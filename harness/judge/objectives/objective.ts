import type { Domain } from '../../domains/domain.ts';
import { sqlList, sqlText } from '../../domains/sql.ts';
import type { DrillRecord } from '../../history/drill-record.ts';
import type { History } from '../../history/reader.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Course } from '../incidents.ts';
import type { ObjectiveResult } from '../judgement.ts';
import { isNoChance, valuesForShare } from './evidence.ts';

/** What an objective is measured on: the history, with the judge's tables (make-tables.ts). */
export interface Evidence extends Course {
  readonly history: History;
  readonly domain: Domain;
}

/** The harness's own clock, the brokers' (logs), and those of the target's stores. */
export type Clock = 'harness' | 'brokers' | 'stores';

/** The raw result, before it is weighed. `observed` may be Infinity; null if there was nothing to measure. */
export interface Measurement {
  readonly name: string;
  readonly observed: number | null;
  readonly threshold: number;
  readonly sense: ObjectiveResult['sense'];
  readonly unit: string;
  /** How many values stand behind it, and how many the bound needs (evidence.ts); a scenario may override that. */
  readonly evidence: number;
  readonly minimumEvidence: number;
  /**
   * If a bound allows some values to be bad: how many were, and the allowed share. Without it, one bad value is a counterexample,
   * however few values there are.
   */
  readonly bad?: { readonly count: number; readonly allowedShare: number };
  /** Why the evidence has a hole (a probe with a gap); null or absent if it has none. */
  readonly unseen?: string | null;
  readonly detail: string;
}

/** At most the share `below` of `n` values may be bad. */
export const shareBelow = (
  name: string,
  below: number,
  { n, bad }: { readonly n: number; readonly bad: number },
  detail = '',
): Measurement => ({
  name,
  observed: n === 0 ? null : bad / n,
  threshold: below,
  sense: 'below',
  unit: 'share',
  evidence: n,
  minimumEvidence: valuesForShare(below),
  bad: { count: bad, allowedShare: below },
  detail,
});

/** Parameters of every objective. */
export interface Scoped {
  /** A phase's name; default: the whole drill without the warm-up. */
  readonly during?: string;
  /** With fewer values than this, a met bound is inconclusive. A note says if this is fewer than the bound needs. */
  readonly minimumEvidence?: number;
}

const wholeDrill = 'whole drill';

/** The phases that an objective covers. */
export function scopedPhases(spec: Scoped, drill: DrillRecord): DrillRecord['phases'] {
  return drill.phases.filter((phase) => (spec.during === undefined ? !phase.warmUp : phase.name === spec.during));
}

/** Condition on `ops`: operations of one kind that were planned in the scope. */
export function plannedIn(spec: Scoped & { readonly kind?: string }, { drill, domain }: Evidence): string {
  return `kind = ${sqlText(spec.kind ?? domain.primaryKind)} AND ${inPhasesOf(spec, drill)}`;
}

/** Condition on `requests`: those with one name, made by visits in the scope. */
export function requestsIn(spec: Scoped & { readonly request?: string }, { drill }: Evidence): string {
  return `${inPhasesOf(spec, drill)} AND ${spec.request === undefined ? 'true' : `request = ${sqlText(spec.request)}`}`;
}

/** Without visitors, nothing is requested over HTTP. */
export const withoutVisits = ({ visits }: Pick<Scenario, 'visits'>): string[] =>
  visits === undefined ? ['type: the scenario has no visits, so there are no HTTP requests'] : [];

function inPhasesOf(spec: Scoped, drill: DrillRecord): string {
  const names = scopedPhases(spec, drill).map(({ name }) => name);
  return names.length === 0 ? 'false' : `phase IN ${sqlList(names)}`;
}

/** From the start of the first phase in scope to the end of the last, µs. */
export function scopeWindow(spec: Scoped, drill: DrillRecord): { readonly from: number; readonly to: number } {
  const phases = scopedPhases(spec, drill);
  // Nothing but warm-up: an empty window.
  if (phases.length === 0) return { from: drill.loadEndedAt, to: drill.loadEndedAt };
  return {
    from: Math.min(...phases.map(({ startsAt }) => startsAt)),
    to: Math.max(...phases.map(({ endsAt }) => endsAt)),
  };
}

/**
 * Weighs a measurement. A met bound needs enough evidence. A missed bound needs as much, or more bad values than chance would
 * bring.
 */
export function weigh(spec: Scoped, found: Measurement): ObjectiveResult {
  const { name, observed, threshold, sense, unit, evidence, bad } = found;
  const least = spec.minimumEvidence ?? found.minimumEvidence;
  const few = evidence < least ? `${evidence} values, at least ${least} needed` : '';
  const base = {
    name,
    observed: finite(observed),
    threshold,
    sense,
    unit,
    evidence,
    during: spec.during ?? wholeDrill,
  };
  const said = (...lines: readonly (string | null | undefined)[]) =>
    [found.detail, ...lines].filter(Boolean).join('; ');
  if (observed === null) return { ...base, verdict: 'inconclusive', detail: said(found.unseen, few || noValue) };
  if (sense === 'below' ? observed < threshold : observed >= threshold) {
    if (few !== '' || found.unseen) return { ...base, verdict: 'inconclusive', detail: said(found.unseen, few) };
    const isLowered = evidence < found.minimumEvidence;
    const lowered = isLowered ? { evidenceNeeded: found.minimumEvidence } : {};
    return { ...base, ...lowered, verdict: 'pass', detail: found.detail };
  }
  const isClear = few === '' || bad === undefined || isNoChance(bad.count, evidence, bad.allowedShare);
  return { ...base, verdict: isClear ? 'fail' : 'inconclusive', detail: isClear ? found.detail : said(few) };
}

const noValue = 'nothing to measure';

const finite = (value: number | null): number | null => (value === null || Number.isFinite(value) ? value : null);

/** 99, 99.9 → `99`, `999`, as in p99 and p999. */
export const quantileName = (quantile: number): string => String(quantile).replace(/^0?\./, '').padEnd(2, '0');
