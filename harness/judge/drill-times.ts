import type { DrillRecord } from '../history/drill-record.ts';

/** The zero of every curve, µs: the start of the first phase. */
export const firstSecondAt = ({ phases, loadEndedAt }: DrillRecord): number =>
  Math.min(loadEndedAt, ...phases.map(({ startsAt }) => startsAt));

/** Where story time begins, µs: at the end of the warm-up; at the start of the first phase where there is none. */
export function storyBeganAt({ phases, loadEndedAt }: DrillRecord): number {
  return phases.find(({ warmUp }) => !warmUp)?.startsAt ?? loadEndedAt;
}
