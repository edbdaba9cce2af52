import { clockToleranceMicros } from '../domains/clocks.ts';
import type { Domain } from '../domains/domain.ts';
import type { History } from '../history/reader.ts';
import type { Clocks } from './clocks.ts';

/** What the log shows about the stack and about ourselves. */
export interface Facts {
  readonly operations: number;
  /** µs by which two clocks differ beyond the tolerance; ≤ 0 if they agree. */
  readonly clockError: number;
  readonly lostAcks: number;
  readonly falseFailures: number;
  readonly repeats: number;
  readonly clocks: Clocks;
}

export async function factsOf(history: History, clocks: Clocks): Promise<Facts> {
  // Includes those that came after the end was read: they belong to no verdict but are not missing.
  const operations = history.drill.parts.reduce((sum, { table, rows }) => sum + (table === 'operations' ? rows : 0), 0);
  const [facts] = await history.rows<Omit<Facts, 'clocks' | 'operations'>>(`
    SELECT coalesce(max(clock_error), -${clockToleranceMicros}) AS "clockError",
      coalesce(sum(lost_acks), 0) AS "lostAcks", coalesce(sum(false_failures), 0) AS "falseFailures",
      coalesce(sum(repeats), 0) AS repeats
    FROM ops`);
  if (!facts) throw new Error('an aggregate without a row');
  return { operations, ...facts, clocks };
}

/** How far the clocks of generator and brokers differ, ms. */
export const offsetMs = ({ clockError }: Facts): number => Math.max(0, clockError + clockToleranceMicros) / 1000;

/** Whether some invariant already judges what the broker lost. */
export const judgesLostAcks = (domain: Domain, { scenario }: History['drill']): boolean =>
  domain.invariants.some(({ name, judgesLostAcks: does }) => does === true && scenario.invariants.includes(name));

export const lostBy = (count: number): string =>
  `${count} records were acknowledged by the broker but are not in its log: lost by the stack, not by the pipeline`;
