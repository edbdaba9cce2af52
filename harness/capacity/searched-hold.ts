export type HoldVerdict = 'held' | 'failed' | 'inconclusive';

/** What the search knows about one hold. */
export interface SearchedHold {
  readonly perSecond: number;
  readonly verdict: HoldVerdict;
  /** Found by the search, or one of the fresh holds that confirm its result. */
  readonly purpose: 'search' | 'confirm';
}
