import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Domain, HistoryTable, Invariant } from '../domains/domain.ts';
import { sqlText } from '../domains/sql.ts';
import type { History } from '../history/reader.ts';
import type { Counterexample, InvariantResult } from './judgement.ts';

/** Counterexamples that a result carries in memory and a page in its data; their number is exact all the same. */
const maxExamples = 10_000;

/** Without these there is no history at all; their absence is a verdict, not a gap. */
const always: ReadonlySet<HistoryTable> = new Set(['operations', 'appends', 'decisions']);

/**
 * Judges the invariants that the drill chose, in the domain's order: one counterexample and it is broken, whatever else is not
 * known; none, and a reason why not all could be seen, is inconclusive. Every counterexample of a broken one goes into
 * `<keepAllIn>/<invariant>.parquet` (columns key, ops, at, harm, detail), where a folder is named.
 */
export async function judgeInvariants(
  history: History,
  domain: Domain,
  keepAllIn: string | undefined,
): Promise<InvariantResult[]> {
  const names = history.drill.scenario.invariants;
  const [submitted] = await history.rows<{ n: number }>(
    'SELECT count(*) AS n FROM ops WHERE submitted OR lost_acks > 0',
  );
  const results: InvariantResult[] = [];
  for (const invariant of domain.invariants.filter(({ name }) => names.includes(name))) {
    const missing = missingTables(history, invariant);
    const file = keepAllIn === undefined ? undefined : join(keepAllIn, `${invariant.name}.parquet`);
    // Of an earlier judging, which may have found other ones.
    if (file !== undefined) await rm(file, { force: true });
    // A table that is not there is no evidence of anything: only here is nothing looked for.
    if (missing.length > 0) {
      results.push(inconclusive(invariant, `the history has no ${missing.join(' and no ')}`));
      continue;
    }
    const result = await judgeOne(history, invariant, file);
    const reason = submitted?.n === 0 ? 'nothing was submitted' : await whyUnknown(history, invariant);
    // A counterexample stands whatever else is not known.
    results.push(result.verdict === 'fail' || reason === null ? result : inconclusive(invariant, reason));
  }
  return results;
}

const missingTables = ({ tables }: History, { needs }: Invariant): HistoryTable[] =>
  needs.filter((table) => !always.has(table) && !tables.has(table));

async function whyUnknown(history: History, { unknown }: Invariant): Promise<string | null> {
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

async function judgeOne(
  history: History,
  { name, promise, counterexamples }: Invariant,
  file: string | undefined,
): Promise<InvariantResult> {
  const mostHarmfulFirst = 'ORDER BY harm DESC, "at" NULLS LAST, key, ops, detail';
  await history.run(
    `CREATE OR REPLACE TEMP TABLE found AS SELECT key, ops, "at", harm, detail FROM (${counterexamples})`,
  );
  const [found] = await history.rows<{ n: number }>('SELECT count(*) AS n FROM found');
  const violations = found?.n ?? 0;
  if (violations > 0 && file !== undefined) {
    await mkdir(dirname(file), { recursive: true });
    await history.run(`COPY (FROM found ${mostHarmfulFirst}) TO ${sqlText(file)} (FORMAT parquet)`);
  }
  const examples = await history.rows<Counterexample>(`FROM found ${mostHarmfulFirst} LIMIT ${maxExamples}`);
  return { name, promise, verdict: violations > 0 ? 'fail' : 'pass', violations, examples, detail: '' };
}
