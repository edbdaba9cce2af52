/** In what words a domain tells of an operation in what every business promises of its answers. */

/** SQL expressions over the judge's `ops`. */
export interface Words {
  /** What was asked for, in words: `order of 3 units`. */
  readonly asked: string;
  /** How much hangs on it; larger is worse. */
  readonly harm: string;
}
