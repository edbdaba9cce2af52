import type { Domain, HistoryTable, Invariant } from '../domains/domain.ts';
import { badInput } from '../errors.ts';
import type { History } from '../history/reader.ts';
import type { Counterexample, InvariantResult } from './judgement.ts';

/** Counterexamples that a result carries; their number is exact all the same. */
const maxExamples = 10;

/** Without these there is no history at all; their absence is a verdict, not a gap. */
const always: ReadonlySet<HistoryTable> = new Set(['operations', 'appends', 'decisions']);

/** Judges the invariants that the drill chose, in the domain's order. */
export async function judgeInvariants(history: History, domain: Domain): Promise<InvariantResult[]> {
  const names = history.drill.scenario.invariants;
  const unknown = names.filter((name) => !domain.invariants.some((one) => one.name === name));
  if (unknown.length > 0)
    throw badInput(`the history names invariants that ${domain.name} does not know: ${unknown.join(', ')}`);
  const [submitted] = await history.rows<{ n: number }>(
    'SELECT count(*) AS n FROM ops WHERE submitted OR lost_acks > 0',
  );
  const results: InvariantResult[] = [];
  for (const invariant of domain.invariants.filter(({ name }) => names.includes(name))) {
    const reason = submitted?.n === 0 ? 'nothing was submitted' : await whyUnknown(history, invariant);
    results.push(reason === null ? await judgeOne(history, invariant) : inconclusive(invariant, reason));
  }
  return results;
}

async function whyUnknown(history: History, { needs, unknown }: Invariant): Promise<string | null> {
  const missing = needs.filter((table) => !always.has(table) && !history.tables.has(table));
  if (missing.length > 0) return `the history has no ${missing.join(' and no ')}`;
  if (unknown === undefined) return null;
  const [found] = await history.rows<{ reason: string }>(unknown);
  return found?.reason ?? null;
}

const inconclusive = ({ name, promise }: Invariant, detail: string): InvariantResult => ({
  name,
  promise,
  verdict: 'inconclusive',
  violations: 0,
  examples: [],
  detail,
});

async function judgeOne(history: History, { name, promise, counterexamples }: Invariant): Promise<InvariantResult> {
  const examples = await history.rows<Counterexample>(
    `SELECT key, ops, "at", harm, detail FROM (${counterexamples})
     ORDER BY harm DESC, "at" NULLS LAST, key, ops, detail LIMIT ${maxExamples}`,
  );
  const [all] =
    examples.length < maxExamples
      ? [{ n: examples.length }]
      : await history.rows<{ n: number }>(`SELECT count(*) AS n FROM (${counterexamples})`);
  const violations = all?.n ?? examples.length;
  return { name, promise, verdict: violations > 0 ? 'fail' : 'pass', violations, examples, detail: '' };
}
