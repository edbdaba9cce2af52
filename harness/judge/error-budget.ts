import type { Domain } from '../domains/domain.ts';
import { sqlText } from '../domains/sql.ts';
import type { History } from '../history/reader.ts';
import { keptAway } from './fault-account.ts';
import type { BudgetResult, SecondResult } from './judgement.ts';
import type { NotCounted } from './objectives/define-objective.ts';
import { scopeWindow } from './objectives/objective.ts';
import { firstSecondAt } from './drill-times.ts';
import { notServedInOvertime } from './outcomes.ts';
import { objectives } from './objectives/registry.ts';

/** Windows for burn rates, seconds: one bad second, and ten in a row. */
const windows = [1, 10] as const;

/**
 * The error budget of each objective that promises a share of the planned operations: how many may be bad, how many were, and how
 * fast they came. A burn rate of 1 uses up a window's budget exactly; ten times as many bad operations burn at 10.
 */
export async function budgetsOf(
  history: History,
  domain: Domain,
  seconds: readonly SecondResult[],
): Promise<BudgetResult[]> {
  const { drill } = history;
  const budgets = drill.scenario.objectives.flatMap((spec) => {
    const budget = objectives.get(spec.type)?.budget?.(spec);
    return budget === undefined ? [] : [{ spec, budget }];
  });
  if (budgets.length === 0) return [];
  const notCounted = await notCountedBySecond(history, domain);
  return budgets.map(({ spec, budget }) => {
    const { from, to } = scopeWindow(spec, drill);
    const zero = firstSecondAt(drill);
    const counted = seconds
      .map((second): Counted => {
        const { out, bad } = budget.badOf(second, notCounted.get(second.second) ?? none);
        return { at: zero + second.second * 1e6, planned: second.planned - out, bad };
      })
      .filter(({ at }) => at >= from && at < to);
    return budgetOf(spec.type, spec.during ?? '', 1 - budget.atLeast, counted);
  });
}

const none: NotCounted = { kept: 0, beyond: 0, unsubmitted: 0, unsubmittedUndecided: 0 };

async function notCountedBySecond(history: History, domain: Domain): Promise<ReadonlyMap<number, NotCounted>> {
  const kept = keptAway(history.drill);
  const beyond = notServedInOvertime(history.drill, domain);
  const rows = await history.rows<NotCounted & { second: number }>(`
    SELECT ((planned_at - ${firstSecondAt(history.drill)}) // 1000000)::INTEGER AS second,
      count(*) FILTER (${kept}) AS kept, count(*) FILTER (${beyond}) AS beyond, count(*) FILTER (NOT submitted) AS unsubmitted,
      count(*) FILTER (NOT submitted AND decided_at IS NULL) AS "unsubmittedUndecided"
    FROM ops WHERE kind = ${sqlText(domain.primaryKind)} AND (NOT submitted OR ${kept} OR ${beyond}) GROUP BY 1`);
  return new Map(rows.map(({ second, ...counts }) => [second, counts]));
}

interface Counted {
  /** µs */
  readonly at: number;
  readonly planned: number;
  readonly bad: number;
}

function budgetOf(objective: string, during: string, share: number, seconds: readonly Counted[]): BudgetResult {
  // 1 − 0.999 is not quite 0.001.
  const allowedShare = Number(share.toFixed(9));
  const planned = seconds.reduce((sum, one) => sum + one.planned, 0);
  const bad = seconds.reduce((sum, one) => sum + one.bad, 0);
  const burn = (events: number, outOf: number) => (events === 0 ? 0 : events / outOf / allowedShare);
  return {
    objective,
    during,
    allowedShare,
    planned,
    allowed: planned * allowedShare,
    bad,
    burn: burn(bad, planned),
    worst: windows.map((window) => {
      const sums = slidingSums(seconds, window);
      const most = sums.toSorted((a, b) => burn(b.bad, b.planned) - burn(a.bad, a.planned) || a.at - b.at)[0];
      const fastest = most ? burn(most.bad, most.planned) : 0;
      return { windowSeconds: window, burn: fastest, at: fastest === 0 ? null : (most?.at ?? null) };
    }),
  };
}

/** Sums over so many consecutive seconds, by the start of the first; over everything if there are fewer. */
function slidingSums(seconds: readonly Counted[], window: number): Counted[] {
  const sums: Counted[] = [];
  let [planned, bad] = [0, 0];
  for (const [index, one] of seconds.entries()) {
    const gone = seconds[index - window];
    planned += one.planned - (gone?.planned ?? 0);
    bad += one.bad - (gone?.bad ?? 0);
    const first = seconds[Math.max(0, index - window + 1)];
    if (index >= Math.min(window, seconds.length) - 1) sums.push({ at: first?.at ?? one.at, planned, bad });
  }
  return sums;
}
