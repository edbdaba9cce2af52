import type { ReachedState } from '../domain.ts';

/** Where a shop breaks: at the last unit, and when things arrive in the wrong order. */
export const reached: readonly ReachedState[] = [
  {
    state: 'cancellation-overtook',
    meaning: 'cancellations decided before their orders',
    sql: `SELECT count(*) AS value FROM subjects WHERE kind = 'cancellation' AND answer IS NOT NULL
      AND (subject_answer = 'cancelled_first' OR decided_at < subject_decided_at)`,
  },
  {
    state: 'stock-at-zero',
    meaning: 'products with exactly zero stock, at the end or on the shelf',
    sql: `SELECT count(*) AS value FROM keys WHERE opening > 0 AND (available = 0
      OR key::VARCHAR IN (SELECT subject FROM samples WHERE probe = 'shelf' AND value = 0))`,
  },
];
