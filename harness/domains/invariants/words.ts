/** The words in which a domain describes an operation in the invariants common to every business. */

/** SQL expressions over the judge's `ops`. */
export interface Words {
  /** What was asked for, in words: `order of 3 units`. */
  readonly asked: string;
  /** How much is at stake; larger is worse. */
  readonly harm: string;
}
