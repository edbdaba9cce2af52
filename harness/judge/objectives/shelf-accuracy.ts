import { sqlText } from '../../domains/sql.ts';
import { readModelProbe } from '../../history/schema.ts';
import { valuesForShare } from './evidence.ts';
import { gapIn } from '../coverage.ts';
import { defineObjective } from './define-objective.ts';
import { scopeWindow } from './objective.ts';
import { share } from './parameters.ts';
import { lateBySecond } from './bad-seconds.ts';

/** Share of the sampled shelf reads that were right; see read-model-reads.ts. */
export const shelfAccuracy = defineObjective({
  type: 'shelf-accuracy',
  parameters: {
    atLeast: share,
  },
  clocks: () => ['harness', 'stores'],
  async measure(spec, { history, drill }) {
    const { from, to } = scopeWindow(spec, drill);
    const [found] = await history.rows<{ n: number; right: number; gone: number; tied: number }>(
      `SELECT count(is_right) AS n, count(*) FILTER (is_right) AS "right", count(*) FILTER (NOT is_there) AS gone,
         count(*) FILTER (is_there AND is_right IS NULL) AS tied
       FROM read_model_reads WHERE "at" >= ${from} AND "at" < ${to}`,
    );
    const { n, right, gone, tied } = found ?? { n: 0, right: 0, gone: 0, tied: 0 };
    const all = n + gone + tied;
    const [unversioned] = await history.rows<{ n: number }>(
      `SELECT count(*) AS n FROM effects WHERE version IS NULL AND delta IS DISTINCT FROM 0
         AND key IN (SELECT subject FROM samples WHERE probe = ${sqlText(readModelProbe)})`,
    );
    const isUnknown = n === 0 || (unversioned?.n ?? 0) > 0;
    // A read that found no key, or that cannot be judged, is neither right nor wrong; such reads matter only if they decide.
    const decides = right < spec.atLeast * all;
    return {
      name: 'shelf-accuracy',
      observed: isUnknown ? null : (right + gone + tied) / all,
      threshold: spec.atLeast,
      sense: 'atLeast',
      unit: 'share',
      evidence: n,
      minimumEvidence: valuesForShare(1 - spec.atLeast),
      bad: { count: n - right, allowedShare: 1 - spec.atLeast },
      unseen: [
        ...(decides && gone > 0
          ? [`${gone} of ${all} reads found no such key on the ${drill.target.readModel?.name ?? 'read model'}`]
          : []),
        ...(decides && tied > 0
          ? [`${tied} of ${all} reads concern products whose changes share a version at several times`]
          : []),
        ...((unversioned?.n ?? 0) > 0 ? ['effects without versions cannot show the true stock'] : []),
        await gapIn(history, { probe: readModelProbe, from, to }),
      ]
        .filter(Boolean)
        .join('; '),
      detail: drill.target.readModel === null ? 'the target declares no read model' : '',
    };
  },
  async badSeconds(spec, { history, drill }) {
    const { from, to } = scopeWindow(spec, drill);
    const of = {
      from: 'read_model_reads',
      time: '"at"',
      late: 'NOT is_right',
      where: `"at" BETWEEN ${from} AND ${to}`,
    };
    const seconds = await lateBySecond(history, of);
    return { seconds, hadMs: drill.target.readModel?.stalenessMs ?? 0, allowedShare: 1 - spec.atLeast };
  },
});
