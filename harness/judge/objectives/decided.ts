import type { ObjectiveSpec } from '../../scenario/scenario.ts';
import { check, type Objective, plannedIn, type Scoped } from './objective.ts';

interface Parameters extends Scoped {
  readonly atLeast: number;
  /** Operations of this kind; the domain's primary one where it is left out. */
  readonly kind?: string;
}
type Spec = Parameters & ObjectiveSpec & { readonly type: 'decided' };

/** Share of the planned operations that got a decision before the history was closed; what could not be sent got none. */
export const decided = (parameters: Parameters): Spec => ({ type: 'decided', ...parameters });

const defaultMinimum = 100;

export const decidedObjective: Objective<Spec> = {
  type: 'decided',
  comparesClocks: false,
  validate: (spec) => [
    ...check.common(spec, ['atLeast', 'kind']),
    ...check.share('atLeast', spec.atLeast),
    ...check.optional(spec.kind, () => check.text('kind', spec.kind)),
  ],
  async measure(spec, evidence) {
    const [found] = await evidence.history.rows<{ n: number; decided: number; failed: number }>(
      `SELECT count(*) AS n, count(decided_at) AS decided, count(*) FILTER (NOT submitted) AS failed
       FROM ops WHERE ${plannedIn(spec, evidence)}`,
    );
    const { n, decided: answered, failed } = found ?? { n: 0, decided: 0, failed: 0 };
    return {
      name: 'decided',
      observed: n === 0 ? null : answered / n,
      threshold: spec.atLeast,
      sense: 'atLeast',
      unit: 'share',
      evidence: n,
      minimumEvidence: spec.minimumEvidence ?? defaultMinimum,
      detail: failed > 0 ? `${failed} never reached the input log` : '',
    };
  },
};
