import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Domain, Invariant } from '../domains/domain.ts';
import type { HistoryTable } from '../history/schema.ts';
import { isOwnFolder } from '../history/place-file.ts';
import type { History } from '../history/reader.ts';
import type { Counterexample, InvariantResult } from './judgement.ts';

/** Counterexamples that a result keeps in memory and a page in its data; their count is exact all the same. */
const maxExamples = 10_000;

/** Without these there is no history at all; their absence decides the verdict. */
const always: ReadonlySet<HistoryTable> = new Set(['operations', 'appends', 'decisions']);

interface Judged {
  readonly results: readonly InvariantResult[];
  /** Why not every counterexample was kept as Parquet; null if all were, or none was asked for. */
  readonly notKept: string | null;
}

/**
 * Judges the drill's invariants in the domain's order. One counterexample breaks an invariant, whatever else is unknown. None,
 * plus a reason why not everything could be seen, makes it inconclusive. If `keepAllIn` is given, every counterexample of a
 * broken invariant goes into `<keepAllIn>/<invariant>.parquet` (columns key, ops, at, harm, detail).
 */
export async function judgeInvariants(
  history: History,
  domain: Domain,
  keepAllIn: string | undefined,
): Promise<Judged> {
  const names = history.drill.scenario.invariants;
  const [submitted] = await history.rows<{ n: number }>(
    'SELECT count(*) AS n FROM ops WHERE submitted OR lost_acks > 0',
  );
  const results: InvariantResult[] = [];
  let notKept =
    keepAllIn === undefined || (await isOwnFolder(keepAllIn)) ? null : `${keepAllIn} is not a folder of its own`;
  for (const invariant of domain.invariants.filter(({ name }) => names.includes(name))) {
    const file = keepAllIn === undefined || notKept !== null ? undefined : join(keepAllIn, `${invariant.name}.parquet`);
    const missing = missingTables(history, invariant);
    // A missing table is evidence of nothing: only then does no query run.
    const result = missing.length > 0 ? null : await judgeOne(history, invariant);
    if (file !== undefined) notKept = await keepFound(history, result?.violations ?? 0, file);
    if (result === null) {
      results.push(inconclusive(invariant, `the history has no ${missing.join(' and no ')}`));
      continue;
    }
    const reason = submitted?.n === 0 ? 'nothing was submitted' : await whyUnknown(history, invariant);
    // A counterexample stands whatever else is unknown.
    results.push(result.verdict === 'fail' || reason === null ? result : inconclusive(invariant, reason));
  }
  return { results, notKept };
}

/** Keeps the latest findings, or removes those of an earlier run. Returns the reason if the folder does not allow it. */
async function keepFound(history: History, violations: number, file: string): Promise<string | null> {
  try {
    if (violations > 0) await history.keep(`FROM found ${mostHarmfulFirst}`, file);
    else await rm(file, { force: true });
    return null;
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) return error.message;
    throw error;
  }
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

const mostHarmfulFirst = 'ORDER BY harm DESC, "at" NULLS LAST, key, ops, detail';

async function judgeOne(history: History, { name, promise, counterexamples }: Invariant): Promise<InvariantResult> {
  await history.run(
    `CREATE OR REPLACE TEMP TABLE found AS SELECT key, ops, "at", harm, detail FROM (${counterexamples})`,
  );
  const [found] = await history.rows<{ n: number }>('SELECT count(*) AS n FROM found');
  const violations = found?.n ?? 0;
  const examples = await history.rows<Counterexample>(`FROM found ${mostHarmfulFirst} LIMIT ${maxExamples}`);
  return { name, promise, verdict: violations > 0 ? 'fail' : 'pass', violations, examples, detail: '' };
}
