import type { Invariant } from '../../domain.ts';
import { legs } from '../legs.ts';

/**
 * Every submitted application is decided, or is shown to be waiting: its record is not yet consumed, or waits in an internal
 * topic, or the pipeline's own books list it as queued. Waiting is late, which `drained` bounds; anything else was dropped.
 * Records that the broker acknowledged but does not have are the stack's loss, and convict too.
 */
export const kycNoneDropped: Invariant = {
  name: 'kyc-none-dropped',
  promise: 'Every application is decided or still queued; none is dropped.',
  judgesLostAcks: true,
  needs: ['operations', 'appends', 'decisions', 'effects'],
  counterexamples: `
    SELECT key::VARCHAR AS key, [op] AS ops, appended_at AS "at", 1::DOUBLE AS harm,
      'the application was consumed but neither answered nor queued'
        || coalesce('; ' || calls || ' calls were paid for it', '') AS detail
    FROM drill, ops LEFT JOIN (
      SELECT op, count(*) FILTER (leg <> '${legs.queued}') AS calls, bool_or(leg = '${legs.queued}') AS waits FROM effects GROUP BY op
    ) USING (op)
    WHERE submitted AND consumed AND waiting = 0 AND answer IS NULL AND NOT coalesce(waits, false)
    UNION ALL
    SELECT key::VARCHAR, [op], sent_at, 1::DOUBLE,
      'the application was acknowledged by the broker but is not in its log: lost by the stack, not by the pipeline'
    FROM ops WHERE lost_acks > 0`,
};
