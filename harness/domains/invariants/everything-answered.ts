import type { Invariant } from '../domain.ts';
import type { Words } from './words.ts';

/**
 * Whatever was submitted and consumed has a decision. Not consumed at the deadline is undecided, not lost, nor is what may wait
 * inside the pipeline. What the broker acknowledged and does not have is the stack's loss, and convicts too.
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
