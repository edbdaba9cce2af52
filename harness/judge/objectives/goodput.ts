import { keptAway, keptAwayLine, overtimeLine } from '../fault-account.ts';
import { clientWaitsMs, goodOf, notServedInOvertime, servedWellFrom, wellServed } from '../outcomes.ts';
import { valuesForShare } from './evidence.ts';
import { defineObjective, type ParametersOf } from './define-objective.ts';
import { type Evidence, plannedIn } from './objective.ts';
import { share } from './parameters.ts';
import { latenessOf, lost } from './bad-seconds.ts';

const parameters = {
  atLeast: share,
};
type Parameters = ParametersOf<typeof parameters>;

/**
 * Share of the planned operations of the primary kind that were served well: the right answer, in full or degraded mode, within
 * the customer's patience. Operations that were shed, rejected, answered wrongly or late, or never sent were not.
 */
export const goodput = defineObjective({
  type: 'goodput',
  parameters,
  clocks: () => ['harness', 'brokers'],
  budget: ({ atLeast }) => ({
    atLeast,
    badOf: (second, { kept, beyond }) => ({
      out: kept + beyond,
      bad: second.planned - goodOf(second) - kept - beyond,
    }),
  }),
  async measure(spec, evidence) {
    const { domain, drill } = evidence;
    const waits = clientWaitsMs(domain);
    const [kept, beyond] = [keptAway(drill), notServedInOvertime(drill, domain)];
    const [found] = await evidence.history.rows<{ all: number; good: number; kept: number; beyond: number }>(
      `SELECT count(*) AS "all", count(*) FILTER (${wellServed(domain)}) AS good,
         count(*) FILTER (${kept}) AS kept, count(*) FILTER (${beyond}) AS beyond
       FROM ops WHERE ${plannedIn(spec, evidence)}`,
    );
    const { good, ...counts } = found ?? { all: 0, good: 0, kept: 0, beyond: 0 };
    const n = counts.all - counts.kept - counts.beyond;
    return {
      name: 'goodput',
      observed: n === 0 ? null : good / n,
      threshold: spec.atLeast,
      sense: 'atLeast',
      unit: 'share',
      evidence: n,
      minimumEvidence: valuesForShare(1 - spec.atLeast),
      bad: { count: n - good, allowedShare: 1 - spec.atLeast },
      detail: [
        ...(n === good ? [] : [`${n - good} were not served well within ${waits / 1000} s`]),
        ...keptAwayLine(counts.kept, drill),
        ...overtimeLine(counts.beyond, drill),
      ].join('; '),
    };
  },
  async badSeconds(spec, evidence) {
    const { history, domain, drill } = evidence;
    const of = {
      time: 'planned_at',
      late: `NOT ${wellServed(domain)}`,
      never: `(${lost(drill)} OR op IN (SELECT op FROM wrong))`,
      where: counted(spec, evidence),
    };
    return await latenessOf(history, of, { hadMs: clientWaitsMs(domain), allowedShare: 1 - spec.atLeast });
  },
  async observedFromSent(spec, evidence) {
    const [found] = await evidence.history.rows<{ good: number | null }>(
      `SELECT avg((${servedWellFrom('sent_at', evidence.domain)})::INTEGER) AS good FROM ops WHERE ${counted(spec, evidence)}`,
    );
    return found?.good ?? null;
  },
});

const counted = (spec: Parameters, evidence: Evidence): string =>
  `${plannedIn(spec, evidence)} AND NOT ${keptAway(evidence.drill)} AND NOT ${notServedInOvertime(evidence.drill, evidence.domain)}`;
