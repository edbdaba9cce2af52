import { z } from 'zod';
import type { DrillRecord } from '../../history/drill-record.ts';
import { valuesForShare } from './evidence.ts';
import { keptAway, keptAwayLine } from '../fault-account.ts';
import { defineObjective, type ParametersOf } from './define-objective.ts';
import { plannedIn } from './objective.ts';
import { name, share } from './parameters.ts';
import { latenessOf, lost } from './bad-seconds.ts';

const parameters = {
  atLeast: share,
  /** Operations of this kind; default: the domain's primary kind. */
  kind: name.optional(),
  /**
   * `planned` (the default), or only those `submitted`: in the input log. If faults strike the broker, what could not be
   * submitted is the stack's account.
   */
  of: z.enum(['planned', 'submitted']).optional(),
};
type Parameters = ParametersOf<typeof parameters>;

/**
 * Share of the operations that got a decision before the history was closed; planned but unsent operations got none. Operations
 * that our own fault kept from being submitted do not count.
 */
export const decided = defineObjective({
  type: 'decided',
  parameters,
  clocks: () => [],
  budget: (spec) =>
    spec.kind === undefined
      ? {
          atLeast: spec.atLeast,
          badOf: ({ undecided }, { kept, unsubmitted, unsubmittedUndecided }) =>
            spec.of === 'submitted'
              ? { out: unsubmitted, bad: undecided - unsubmittedUndecided }
              : { out: kept, bad: undecided - kept },
        }
      : undefined,
  async measure(spec, evidence) {
    const { drill } = evidence;
    const kept = keptAway(drill);
    const counted = countedOf(spec, drill);
    const [found] = await evidence.history.rows<{ n: number; decided: number; failed: number; kept: number }>(
      `SELECT count(*) FILTER (${counted}) AS n, count(decided_at) FILTER (${counted}) AS decided,
              count(*) FILTER (NOT submitted AND NOT ${kept}) AS failed, count(*) FILTER (${kept}) AS kept
       FROM ops WHERE ${plannedIn(spec, evidence)}`,
    );
    const { n, decided: answered, failed, kept: keptCount } = found ?? { n: 0, decided: 0, failed: 0, kept: 0 };
    const isLeftOut = spec.of === 'submitted' ? ' and do not count' : '';
    return {
      name: 'decided',
      observed: n === 0 ? null : answered / n,
      threshold: spec.atLeast,
      sense: 'atLeast',
      unit: 'share',
      evidence: n,
      minimumEvidence: valuesForShare(1 - spec.atLeast),
      bad: { count: n - answered, allowedShare: 1 - spec.atLeast },
      detail: [
        ...(failed === 0 ? [] : [`${failed} never reached the input log${isLeftOut}`]),
        ...keptAwayLine(keptCount, drill),
      ].join('; '),
    };
  },
  async badSeconds(spec, evidence) {
    const { history, drill } = evidence;
    const where = `${plannedIn(spec, evidence)} AND ${countedOf(spec, drill)}`;
    const of = { time: 'planned_at', late: 'decided_at IS NULL', never: lost(drill), where };
    const hadMs = (drill.closedAt - drill.loadEndedAt) / 1000;
    return await latenessOf(history, of, { hadMs, allowedShare: 1 - spec.atLeast });
  },
});

const countedOf = ({ of }: Parameters, drill: DrillRecord): string =>
  of === 'submitted' ? 'submitted' : `NOT ${keptAway(drill)}`;
