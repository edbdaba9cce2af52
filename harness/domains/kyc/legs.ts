/**
 * Legs of effects. All have delta 0: nothing moves, but each is a row of the pipeline's books. Amounts are paise.
 */
export const legs = {
  /** One row a call that was made, with what it cost. A call that is made again is paid again. */
  calls: ['aadhaar', 'pan', 'face', 'address'],
  /** Still undecided, and waiting in the books: what is here was not dropped. */
  queued: 'queued',
  /** Sent to manual review, one row an application, committed when it was. */
  review: 'review',
  /** A reviewer has looked, one row, with what that cost. */
  reviewed: 'reviewed',
} as const;

/** Every leg that there is, and what a row of it costs, in paise: calls (source 722-728) and a look (744-746); waiting is free. */
export const pricePaise = {
  aadhaar: 50,
  pan: 500,
  face: 200,
  address: 100,
  queued: 0,
  review: 0,
  reviewed: 200_00,
} as const;
