import type { Invariant } from '../domain.ts';
import type { Words } from './words.ts';

/**
 * Everything submitted and consumed has a decision. What was not consumed by the deadline, or may wait inside the pipeline, is
 * undecided, not lost. Records that the broker acknowledged but does not have are the stack's loss, and convict too.
 */
export const everythingAnswered = (name: string, { asked, harm }: Words, moved: string): Invariant => ({
  name,
  promise: 'Everything submitted and consumed is answered.',
  judgesLostAcks: true,
  needs: ['operations', 'appends', 'decisions'],
  counterexamples: `
    SELECT key::VARCHAR AS key, [op] AS ops, appended_at AS "at", ${harm}::DOUBLE AS harm,
      ${asked} || ' was consumed but never answered' || CASE WHEN effects > 0 THEN ', though ${moved}' ELSE '' END AS detail
    FROM ops, drill WHERE submitted AND consumed AND waiting = 0 AND answer IS NULL AND revoked_at IS NULL
    UNION ALL
    SELECT key::VARCHAR, [op], sent_at, ${harm}::DOUBLE,
      kind || ' was acknowledged by the broker but is not in its log: lost by the stack, not by the pipeline'
    FROM ops WHERE lost_acks > 0`,
});
