import type { DrillRecord } from '../../history/drill-record.ts';
import type { ObjectiveSpec } from '../../scenario/scenario.ts';
import { gapIn } from '../coverage.ts';
import { check, type Objective, type Scoped, scopeWindow } from './objective.ts';

interface Parameters extends Scoped {
  /** MiB resident, of any one process; each process's own limit where it is left out. */
  readonly below?: number;
}
type Spec = Parameters & ObjectiveSpec & { readonly type: 'memory-bounded' };

/**
 * The resident memory of the target's processes, each held to its own limit: the one that came nearest to its limit counts. Sampled
 * five times a second; a process that nobody looked at for a while may have grown meanwhile.
 */
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
    const found = await history.rows<{ subject: string; n: number; most: number }>(
      `SELECT coalesce(subject, '') AS subject, count(*) AS n, max(value) AS most
       FROM samples WHERE probe = 'memory' AND value IS NOT NULL AND "at" >= ${from} AND "at" < ${to} GROUP BY 1 ORDER BY 1`,
    );
    const limits = found.map((one) => ({ ...one, limit: limitOf(spec, one.subject, drill) }));
    const limited = limits.flatMap(({ limit, ...one }) => (limit === null ? [] : [{ ...one, limit }]));
    const [worst] = limited.toSorted((a, b) => b.most / b.limit - a.most / a.limit);
    const unlimited = limits.filter(({ limit }) => limit === null).map(({ subject }) => `${subject} has no limit`);
    const subjects = Object.keys(drill.target.memoryLimits ?? {});
    return {
      name: 'memory-bounded',
      observed: worst?.most ?? null,
      threshold: worst?.limit ?? spec.below ?? drill.target.memoryLimitMiB ?? 0,
      sense: 'below',
      unit: 'MiB',
      evidence: limited.reduce((sum, { n }) => sum + n, 0),
      minimumEvidence: defaultMinimum,
      unseen: [...unlimited, await gapIn(history, { probe: 'memory', subjects, from, to })].filter(Boolean).join('; '),
      detail:
        found.length > 0 && limited.length === 0
          ? 'neither the objective nor the target names a limit'
          : (worst?.subject ?? ''),
    };
  },
};

/** A process is held to its own limit; older histories know only the largest of all. */
function limitOf({ below }: Spec, subject: string, { target }: DrillRecord): number | null {
  if (below !== undefined) return below;
  return target.memoryLimits === undefined ? target.memoryLimitMiB : (target.memoryLimits[subject] ?? null);
}
