import type { Domain } from '../domains/domain.ts';
import { type LifeMoment, lifeOf } from '../explain/life.ts';
import { openHistory } from '../history/reader.ts';
import type { Judgement } from '../judge/judgement.ts';
import { toldOfEach } from '../judge/told-operations.ts';

/** For each broken invariant the report tells the lives of the operations of this many examples: each takes some 24 lines. */
export const livedExamples = 3;

/** What became, moment by moment, of the operations that the first counterexamples name; empty if there are none, or if they cannot be read. */
export async function exampleLives(
  historyFolder: string,
  domain: Domain,
  { invariants }: Pick<Judgement, 'invariants'>,
  signal?: AbortSignal,
): Promise<readonly LifeMoment[]> {
  const ops = invariants.flatMap(({ examples }) =>
    examples.slice(0, livedExamples).flatMap((example) => example.ops.slice(0, toldOfEach)),
  );
  if (ops.length === 0) return [];
  try {
    await using history = await openHistory(historyFolder, signal);
    const { moments } = await lifeOf(history, domain, { ops: [...new Set(ops)] });
    return moments.filter(({ op }) => op !== null);
  } catch {
    // The verdict stands without them, and is kept even if the run is interrupted now.
    return [];
  }
}
