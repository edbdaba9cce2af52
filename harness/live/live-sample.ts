/** What happened to the drill: a fault was healed, an action was taken. */
export interface News {
  /** `fault` */
  readonly kind: string;
  /** `store-freeze` */
  readonly name: string;
  /** `healed` */
  readonly stage: string;
}

/** The state of a drill at one moment; null where it is not known. */
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
  /** Of the decisions looked at since the sample before: the share that serves whoever asked, and in time. */
  readonly servedShare: number | null;
  /** What customers are shown of the keys that most is asked of, that first; empty where the target has no read model. */
  readonly wanted: readonly WantedLeft[];
  /** What happened to the drill since the sample before, oldest first: `fault store-freeze healed`, `action raise-pool verified`. */
  readonly news: readonly News[];
}

/** A key that much is asked of: how many units there were, and how many the last look at the read model found. */
export interface WantedLeft {
  readonly key: string;
  readonly name: string;
  readonly opening: number;
  readonly left: number | null;
}
