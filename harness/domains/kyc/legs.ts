/** Legs of effects. All have delta 0: nothing moves, but each is a row of the pipeline's books. Amounts are paise. */
export const legs = {
  /** One row per call, with its cost. A repeated call is paid for again. */
  calls: ['aadhaar', 'pan', 'face', 'address'],
  /** Undecided and waiting in the books: what is here was not dropped. */
  queued: 'queued',
  /** Sent to manual review, one row per application, committed when it was. */
  review: 'review',
  /** A reviewer has looked; one row, with its cost. */
  reviewed: 'reviewed',
} as const;

/** Every leg, and the price of a row in paise: calls (source 722-728) and a review (744-746); waiting is free. */
export const pricePaise = {
  aadhaar: 50,
  pan: 500,
  face: 200,
  address: 100,
  queued: 0,
  review: 0,
  reviewed: 200_00,
} as const;
