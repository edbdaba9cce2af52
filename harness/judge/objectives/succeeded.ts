import { sqlList } from '../../domains/sql.ts';
import { clientWaitsMs, overtimeReachMs } from '../outcomes.ts';
import { valuesForShare } from './evidence.ts';
import { inOvertime, keptAway, keptAwayLine, overtimeLine } from '../fault-account.ts';
import { defineObjective } from './define-objective.ts';
import { plannedIn } from './objective.ts';
import { share } from './parameters.ts';
import { latenessOf, lost } from './bad-seconds.ts';

/**
 * Share of the planned operations of the primary kind that got one of the domain's served answers, however late. A business
 * decline counts if the history shows that it was right. Not counted as success: other denials, failed, shed or rejected
 * operations, and those without an answer. Left out: operations that our own fault kept from being submitted, and those not
 * served in a fault's overtime.
 */
export const succeeded = defineObjective({
  type: 'succeeded',
  parameters: {
    atLeast: share,
  },
  clocks: () => [],
  async measure(spec, evidence) {
    const { domain, drill } = evidence;
    const served = `coalesce(answer IN ${sqlList(domain.answers.served)} AND op NOT IN (FROM turned_away), false)`;
    const kept = keptAway(drill);
    const beyond = `(submitted AND ${inOvertime(drill, 'planned_at', overtimeReachMs * 1000)} AND NOT ${served})`;
    const [found] = await evidence.history.rows<Found>(
      `SELECT count(*) AS "all", count(*) FILTER (${served}) AS served, count(*) FILTER (answer IS NULL AND NOT ${kept} AND NOT ${beyond}) AS undecided,
         count(*) FILTER (${kept}) AS kept, count(*) FILTER (${beyond}) AS beyond
       FROM ops WHERE ${plannedIn(spec, evidence)}`,
    );
    const { served: answered, undecided, ...counts } = found ?? nothing;
    const n = counts.all - counts.kept - counts.beyond;
    return {
      name: 'succeeded',
      observed: n === 0 ? null : answered / n,
      threshold: spec.atLeast,
      sense: 'atLeast',
      unit: 'share',
      evidence: n,
      minimumEvidence: valuesForShare(1 - spec.atLeast),
      bad: { count: n - answered, allowedShare: 1 - spec.atLeast },
      detail: [
        ...(n === answered ? [] : [`${n - answered - undecided} were turned down and ${undecided} got no answer`]),
        ...keptAwayLine(counts.kept, drill),
        ...overtimeLine(counts.beyond, drill),
      ].join('; '),
    };
  },
  async badSeconds(spec, evidence) {
    const { history, domain, drill } = evidence;
    const late = `coalesce(answer NOT IN ${sqlList(domain.answers.served)}, true)`;
    const [kept, beyond] = [keptAway(drill), inOvertime(drill, 'planned_at', overtimeReachMs * 1000)];
    const where = `${plannedIn(spec, evidence)} AND NOT ${kept} AND NOT (submitted AND ${beyond} AND ${late})`;
    // A business denial has nothing to do with time: no slow machine says that the money is missing.
    const denied = `coalesce(answer IN ${sqlList(domain.answers.served)} AND op IN (FROM turned_away), false)`;
    const of = { time: 'planned_at', late, never: `(${lost(drill)} OR ${denied})`, where };
    return await latenessOf(history, of, { hadMs: clientWaitsMs(domain), allowedShare: 1 - spec.atLeast });
  },
});

interface Found {
  readonly all: number;
  readonly served: number;
  readonly undecided: number;
  readonly kept: number;
  readonly beyond: number;
}
const nothing: Found = { all: 0, served: 0, undecided: 0, kept: 0, beyond: 0 };
