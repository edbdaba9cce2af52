import type { DrillRecord } from '../history/drill-record.ts';

/** The zero of every curve, µs: the start of the first phase. */
export const firstSecondAt = ({ phases, loadEndedAt }: DrillRecord): number =>
  Math.min(loadEndedAt, ...phases.map(({ startsAt }) => startsAt));

/** Start of story time, µs: the end of the warm-up, or the start of the first phase if there is none. */
export function storyBeganAt({ phases, loadEndedAt }: DrillRecord): number {
  return phases.find(({ warmUp }) => !warmUp)?.startsAt ?? loadEndedAt;
}
