import type { ObjectiveSpec } from '../../scenario/scenario.ts';
import { valuesForShare } from './evidence.ts';
import { check, type Objective, plannedIn, type Scoped, textList } from './objective.ts';
import { answeredWithinMs, lateBySecond } from './bad-seconds.ts';

interface Parameters extends Scoped {
  readonly below: number;
  /** Operations of this kind; the domain's primary one where it is left out. */
  readonly kind?: string;
  /** Only operations of this class: `premium` or `regular`. */
  readonly class?: 'premium' | 'regular';
}
type Spec = Parameters & ObjectiveSpec & { readonly type: 'shed-share' };

/** Share of the decided operations whose answer was no service (shed, rejected): the price of a good latency. */
export const shedShare = (parameters: Parameters): Spec => ({ type: 'shed-share', ...parameters });

export const shedShareObjective: Objective<Spec> = {
  type: 'shed-share',
  clocks: [],
  validate: (spec) => [
    ...check.common(spec, ['below', 'kind', 'class']),
    ...check.share('below', spec.below),
    ...check.optional(spec.kind, () => check.text('kind', spec.kind)),
    ...(spec.class === undefined || spec.class === 'premium' || spec.class === 'regular'
      ? []
      : [`class: 'premium' or 'regular': ${JSON.stringify(spec.class)}`]),
  ],
  async measure(spec, evidence) {
    const ofClass = spec.class === undefined ? 'true' : `premium = ${spec.class === 'premium'}`;
    const [found] = await evidence.history.rows<{ n: number; shed: number }>(
      `SELECT count(*) AS n, count(*) FILTER (answer NOT IN ${textList(evidence.domain.servedAnswers)}) AS shed
       FROM ops WHERE ${plannedIn(spec, evidence)} AND answer IS NOT NULL AND ${ofClass}`,
    );
    const { n, shed } = found ?? { n: 0, shed: 0 };
    return {
      name: spec.class === undefined ? 'shed-share' : `shed-share-${spec.class}`,
      observed: n === 0 ? null : shed / n,
      threshold: spec.below,
      sense: 'below',
      unit: 'share',
      evidence: n,
      minimumEvidence: valuesForShare(spec.below),
      bad: { count: shed, allowedShare: spec.below },
      detail: '',
    };
  },
  async badSeconds(spec, evidence) {
    const ofClass = spec.class === undefined ? 'true' : `premium = ${spec.class === 'premium'}`;
    const late = `answer NOT IN ${textList(evidence.domain.servedAnswers)}`;
    const where = `${plannedIn(spec, evidence)} AND answer IS NOT NULL AND ${ofClass}`;
    const seconds = await lateBySecond(evidence.history, { time: 'planned_at', late, where });
    return { seconds, hadMs: answeredWithinMs, allowedShare: spec.below };
  },
};
