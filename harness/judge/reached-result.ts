/** A dangerous state that the drill reached, and how often. */
export interface ReachedResult {
  readonly state: string;
  /** What is counted, in words. */
  readonly meaning: string;
  readonly count: number;
}
