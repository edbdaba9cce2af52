/**
 * Legs of effects. All have delta 0: nothing moves, but each is a row of the pipeline's books. Amounts are paise.
 */
export const legs = {
  /** One row a call that was made, with what it cost: 50, 500, 200 and 100 (source 722-728). A call that is made again is paid again. */
  calls: ['aadhaar', 'pan', 'face', 'address'],
  /** Still undecided, and waiting in the books: what is here was not dropped. */
  queued: 'queued',
  /** Sent to manual review, one row an application, committed when it was. */
  review: 'review',
  /** A reviewer has looked, one row, with what that cost: 20,000 (source 744-746). */
  reviewed: 'reviewed',
} as const;

/** A list of texts in SQL. */
export const sqlList = (values: readonly string[]): string => `(${values.map((value) => `'${value}'`).join(', ')})`;
