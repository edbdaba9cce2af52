import type { DrillRecord } from '../../history/drill-record.ts';
import { gapIn } from '../coverage.ts';
import { defineObjective, type ParametersOf } from './define-objective.ts';
import { scopeWindow } from './objective.ts';
import { positive } from './parameters.ts';

const parameters = {
  /** MiB resident, of any one process; default: each process's own limit. */
  below: positive.optional(),
};
type Parameters = ParametersOf<typeof parameters>;

const defaultMinimum = 5;

/**
 * Resident memory of the target's processes against each one's own limit; the one that came nearest counts. Sampled five times a
 * second; a process may grow unseen in a gap.
 */
export const memoryBounded = defineObjective({
  type: 'memory-bounded',
  parameters,
  clocks: () => [],
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
          ? 'neither the objective nor the target sets a limit'
          : (worst?.subject ?? ''),
    };
  },
});

/** Each process has its own limit; older histories have only the largest. */
function limitOf({ below }: Parameters, subject: string, { target }: DrillRecord): number | null {
  if (below !== undefined) return below;
  return target.memoryLimits === undefined ? target.memoryLimitMiB : (target.memoryLimits[subject] ?? null);
}
