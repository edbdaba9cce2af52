import type { ObjectiveSpec } from '../../scenario/scenario.ts';
import { check, type Objective, type Scoped, scopeWindow } from './objective.ts';

interface Parameters extends Scoped {
  /** MiB resident, of any one process; the target's own limit where it is left out. */
  readonly below?: number;
}
type Spec = Parameters & ObjectiveSpec & { readonly type: 'memory-bounded' };

/** The largest resident memory of any one of the target's processes, sampled once a second. */
export const memoryBounded = (parameters: Parameters = {}): Spec => ({ type: 'memory-bounded', ...parameters });

const defaultMinimum = 5;

export const memoryBoundedObjective: Objective<Spec> = {
  type: 'memory-bounded',
  clocks: [],
  validate: (spec) => [
    ...check.common(spec, ['below']),
    ...check.optional(spec.below, () => check.positive('below', spec.below)),
  ],
  async measure(spec, { history, drill }) {
    const { from, to } = scopeWindow(spec, drill);
    const [found] = await history.rows<{ n: number; most: number | null; who: string | null }>(
      `SELECT count(*) AS n, max(value) AS most, arg_max(subject, value) AS who
       FROM samples WHERE probe = 'memory' AND "at" BETWEEN ${from} AND ${to}`,
    );
    const limit = spec.below ?? drill.target.memoryLimitMiB;
    return {
      name: 'memory-bounded',
      observed: limit === null ? null : (found?.most ?? null),
      threshold: limit ?? 0,
      sense: 'below',
      unit: 'MiB',
      evidence: found?.n ?? 0,
      minimumEvidence: defaultMinimum,
      detail: limit === null ? 'neither the objective nor the target names a limit' : (found?.who ?? ''),
    };
  },
};
