import { commonWords } from '../domains/common-words.ts';
import { clockToleranceMicros } from '../domains/clocks.ts';
import type { Domain, ReachedState } from '../domains/domain.ts';
import { sqlText } from '../domains/sql.ts';
import type { DrillRecord } from '../history/drill-record.ts';
import type { History } from '../history/reader.ts';
import type { ReachedResult } from './reached-result.ts';

/** Dangerous states that any drill may reach; each domain adds its own. */
const ofAnyBusiness: readonly ReachedState[] = [
  {
    state: 'redelivered',
    meaning: 'operations decided more often than they are in the log: their record was consumed again',
    sql: `SELECT count(*) AS value FROM ops LEFT JOIN appended_again a USING (op)
      WHERE repeats > 0 AND (submitted OR n IS NOT NULL) AND repeats >= coalesce(n, 1)`,
  },
  {
    state: 'duplicate',
    meaning: 'operations in the log more than once: a double click, a retry, a resend by the producer',
    sql: 'SELECT count(*) AS value FROM appended_again',
  },
  {
    state: 'rebalance',
    meaning: 'rebalances of a consumer group with work in progress',
    sql: `SELECT count(*) AS value FROM (SELECT subject, "at" FROM samples WHERE probe = 'rebalance') r
      ASOF JOIN (SELECT subject, "at", value FROM samples WHERE probe = 'lag') l ON l.subject = r.subject AND l."at" <= r."at"
      WHERE l.value > 0`,
  },
  {
    state: 'breaker-open',
    meaning: 'processes with an open circuit breaker',
    sql: `SELECT count(DISTINCT subject) AS value FROM samples WHERE probe = 'breakersOpen' AND value > 0`,
  },
  {
    state: 'part-down',
    meaning: 'stores, brokers, processes and dependencies that missed five or more probes',
    // One or two samples delayed by a busy machine do not count.
    sql: `SELECT count(*) AS value FROM (SELECT subject FROM samples WHERE probe = 'up' AND value = 0 GROUP BY subject HAVING count(*) >= 5)`,
  },
  {
    state: 'shedding',
    meaning: 'operations shed',
    sql: `SELECT count(*) AS value FROM ops WHERE answer = ${sqlText(commonWords.shed)}`,
  },
  {
    state: 'degraded',
    meaning: 'operations decided in a degraded mode',
    sql: 'SELECT count(*) AS value FROM ops WHERE degraded',
  },
  {
    state: 'clocks-apart',
    meaning: 'clocks seen to differ: harness, brokers, stores',
    sql: `SELECT (brokers_apart > ${clockToleranceMicros})::INTEGER + (store_behind > ${2 * clockToleranceMicros})::INTEGER
      + (SELECT coalesce(max(clock_error) > 0, false)::INTEGER FROM ops) AS value FROM clocks`,
  },
];

const deadLetter = 'dead-letter';

/** Every state that a scenario of a domain may name in `reach`. */
export const reachableStates = ({ reached = [] }: Pick<Domain, 'reached'>): string[] => [
  ...[...ofAnyBusiness, ...reached].map(({ state }) => state),
  deadLetter,
];

/** The states that the drill reached, with how often; omits the others. */
export async function reachedBy(history: History, domain: Domain): Promise<ReachedResult[]> {
  const results: ReachedResult[] = [];
  for (const { state, meaning, sql } of [...ofAnyBusiness, ...(domain.reached ?? [])]) {
    const [found] = await history.rows<{ value: number | null }>(sql);
    results.push({ state, meaning, count: found?.value ?? 0 });
  }
  const meaning = 'unreadable records put aside';
  results.push({ state: deadLetter, meaning, count: deadLetters(history.drill) });
  return results.filter(({ count }) => count > 0);
}

/** Records in internal topics with such a name; transaction markers count as records. */
const deadLetters = ({ offsets }: DrillRecord): number =>
  offsets
    .filter(({ role, topic }) => role === 'internal' && /dead-?_?letter|dlq/i.test(topic))
    .reduce((sum, { start, end }) => sum + Math.max(0, end - start), 0);

/** The states in the scenario's `reach` that were not reached, in one line; none if all were. */
export function unreachedDoubts({ scenario }: DrillRecord, reached: readonly ReachedResult[]): string[] {
  const missing = (scenario.reach ?? []).filter((name) => !reached.some(({ state }) => state === name));
  return missing.length === 0
    ? []
    : [`Not reached, though the scenario is about it: ${missing.join(', ')}; the drill shows nothing about it`];
}
