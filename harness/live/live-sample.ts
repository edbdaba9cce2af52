/** What happened in the drill: a fault was healed, an action was taken. */
export interface News {
  /** `fault` */
  readonly kind: string;
  /** `store-freeze` */
  readonly name: string;
  /** `healed` */
  readonly stage: string;
}

/** The state of a drill at one moment; null for unknown values. */
export interface LiveSample {
  /** Since the load began. */
  readonly elapsedMs: number;
  readonly phase: string;
  readonly plannedPerSecond: number | null;
  readonly sentPerSecond: number | null;
  readonly decidedPerSecond: number | null;
  readonly lagMessages: number | null;
  readonly lagSeconds: number | null;
  readonly p99Ms: number | null;
  readonly remainingMs: number | null;
  /** Of the decisions sampled since the previous sample: the share that served the customer in time. */
  readonly servedShare: number | null;
  /** What customers see of the keys in highest demand, highest first; empty if the target has no read model. */
  readonly wanted: readonly WantedLeft[];
  /** What happened since the previous sample, oldest first: `fault store-freeze healed`, `action raise-pool verified`. */
  readonly news: readonly News[];
}

/** A key in high demand: its opening units, and how many the last read of the read model found. */
export interface WantedLeft {
  readonly key: string;
  readonly name: string;
  readonly opening: number;
  readonly left: number | null;
}
