import type { Domain } from '../domains/domain.ts';
import type { History } from '../history/reader.ts';
import { storeNotes } from './clock-doubt.ts';
import { type Facts, judgesLostAcks, lostBy } from './facts.ts';
import { longFaultNotes } from './fault-account.ts';
import type { ObjectiveResult } from './judgement.ts';
import { regainedLockNotes } from './shared-stores.ts';

/** What a reader must know besides the verdict and its doubts. */
export async function notesOf(
  history: History,
  domain: Domain,
  facts: Facts,
  results: readonly ObjectiveResult[],
): Promise<string[]> {
  const { drill, unusableSamples } = history;
  const notes = results.flatMap(({ name, evidence, evidenceNeeded }) =>
    evidenceNeeded === undefined
      ? []
      : [`${name} was met on ${evidence} values, which the scenario allows; its bound needs ${evidenceNeeded}`],
  );
  if (drill.scenarioSha256 === undefined)
    notes.push('drill.json has no checksum of its scenario: it may have changed since the run');
  if (unusableSamples > 0)
    notes.push(
      unusableSamples === 1
        ? '1 sample had no usable value and does not count'
        : `${unusableSamples} samples had no usable value and do not count`,
    );
  if (facts.lostAcks > 0 && judgesLostAcks(domain, drill)) notes.push(lostBy(facts.lostAcks));
  if (drill.stack.stampedBy === 'producer')
    notes.push('Log times come from the producers, not the broker: the pipeline stamped its own decisions');
  notes.push(...longFaultNotes(drill));
  notes.push(...storeNotes(facts.clocks));
  notes.push(...regainedLockNotes(drill));
  if (drill.loadScale !== 1) notes.push(`Load was ${drill.loadScale}× the scenario's rates`);
  if (facts.repeats > 0) notes.push(`${facts.repeats} duplicate decisions (delivery is at-least-once)`);
  return [...notes, ...(await visitNotes(history))];
}

/** What visitors did besides ordering, by name. */
async function visitNotes(history: History): Promise<string[]> {
  if (!history.tables.has('requests')) return [];
  const names = await history.rows<{ request: string; n: number; p50: number | null; p99: number | null }>(`
    SELECT request, count(*) AS n, quantile_disc(answered_at - planned_at, 0.5) / 1000 AS p50,
      quantile_disc(answered_at - planned_at, 0.99) / 1000 AS p99
    FROM requests GROUP BY request ORDER BY n DESC, request`);
  const all = names.reduce((sum, { n }) => sum + n, 0);
  const each = names.map(
    ({ request, n, p50, p99 }) =>
      `${request} ${n} (p50 ${p50?.toFixed(0) ?? '–'} ms, p99 ${p99?.toFixed(0) ?? '–'} ms)`,
  );
  return [`${all} HTTP requests by k6: ${each.join(', ')}`];
}
