import type { ObjectiveSpec } from '../../scenario/scenario.ts';
import { valuesForShare } from './evidence.ts';
import { check, type Objective, type Scoped, scopeWindow } from './objective.ts';
import { lateBySecond } from './bad-seconds.ts';

interface Parameters extends Scoped {
  readonly atLeast: number;
}
type Spec = Parameters & ObjectiveSpec & { readonly type: 'shelf-accuracy' };

/** Share of the sampled shelf reads that were right; see shelf-reads.ts. */
export const shelfAccuracy = (parameters: Parameters): Spec => ({ type: 'shelf-accuracy', ...parameters });

export const shelfAccuracyObjective: Objective<Spec> = {
  type: 'shelf-accuracy',
  clocks: ['harness', 'stores'],
  validate: (spec) => [...check.common(spec, ['atLeast']), ...check.share('atLeast', spec.atLeast)],
  async measure(spec, { history, drill }) {
    const { from, to } = scopeWindow(spec, drill);
    const [found] = await history.rows<{ n: number; right: number }>(
      `SELECT count(*) AS n, count(*) FILTER (is_right) AS "right" FROM shelf_reads WHERE "at" BETWEEN ${from} AND ${to}`,
    );
    const { n, right } = found ?? { n: 0, right: 0 };
    return {
      name: 'shelf-accuracy',
      observed: n === 0 ? null : right / n,
      threshold: spec.atLeast,
      sense: 'atLeast',
      unit: 'share',
      evidence: n,
      minimumEvidence: valuesForShare(1 - spec.atLeast),
      bad: { count: n - right, allowedShare: 1 - spec.atLeast },
      detail: drill.target.readModel === null ? 'the target declares no read model' : '',
    };
  },
  async badSeconds(spec, { history, drill }) {
    const { from, to } = scopeWindow(spec, drill);
    const of = { from: 'shelf_reads', time: '"at"', late: 'NOT is_right', where: `"at" BETWEEN ${from} AND ${to}` };
    const seconds = await lateBySecond(history, of);
    return { seconds, hadMs: drill.target.readModel?.stalenessMs ?? 0, allowedShare: 1 - spec.atLeast };
  },
};
