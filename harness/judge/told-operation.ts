/** An operation that a counterexample names. */
export interface ToldOperation {
  readonly op: number;
  readonly kind: string;
  readonly key: string;
  /** Of the key; null where the catalogue has none. */
  readonly name: string | null;
  /** In the domain's measure (units, paise); null if it has none. */
  readonly asked: number | null;
  /** µs: appended to the log, or planned if it never was. */
  readonly at: number | null;
  readonly answer: string | null;
  readonly decidedAt: number | null;
  /** Of its key after its own effect; null if it had none, or if no versions give the order of effects. */
  readonly left: number | null;
}
