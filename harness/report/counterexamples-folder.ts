/** Next to a run's `history/`: every counterexample, in a Parquet file per broken invariant. */
export const counterexamplesFolder = 'counterexamples';
