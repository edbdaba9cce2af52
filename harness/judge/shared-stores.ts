import type { DrillRecord } from '../history/drill-record.ts';
import type { InvariantResult, ObjectiveResult } from './judgement.ts';

/** Why another drill may have used these stores; empty if no lock was lost, or it was retaken before anybody came. */
export const sharedStoreDoubts = ({ stack: { lockLosses = [] } }: Pick<DrillRecord, 'stack'>): string[] =>
  lockLosses.flatMap(({ store, outcome }) => {
    if (outcome === 'taken-again') return [];
    const since = outcome === 'taken-by-another' ? 'another drill took it' : 'it could not be taken again';
    return [
      `The lock on ${store} was lost in the drill and ${since}: what the pipeline did to the stores cannot be told from what another drill did`,
    ];
  });

/** The note on locks that were lost and retaken. */
export const regainedLockNotes = ({ stack: { lockLosses = [] } }: Pick<DrillRecord, 'stack'>): string[] =>
  lockLosses
    .filter(({ outcome }) => outcome === 'taken-again')
    .map(
      ({ store }) => `The lock on ${store} was lost with its connection and taken again; no other drill came between`,
    );

/** Nothing observed in stores that another drill may have emptied stands, not even a counterexample. */
export function unlessShared<Result extends ObjectiveResult | InvariantResult>(
  results: readonly Result[],
  drill: Pick<DrillRecord, 'stack'>,
): Result[] {
  const [doubt] = sharedStoreDoubts(drill);
  if (doubt === undefined) return [...results];
  return results.map((result) =>
    result.verdict === 'fail'
      ? {
          ...result,
          verdict: 'inconclusive',
          detail: doubt,
          ...('examples' in result && { violations: 0, examples: [] }),
        }
      : result,
  );
}
