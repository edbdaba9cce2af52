/** What the drill cost; per operation that was sent, the warm-up's included. Null is what was not sampled. */
export interface CostResult {
  /** CPU of the pipeline's own processes. */
  readonly pipelineCpuMicrosPerOp: number | null;
  /** CPU of the stores, and of the proxies before them: the drill's own, less the pipeline's, its dependencies' and the harness's. */
  readonly storeCpuMicrosPerOp: number | null;
  /** Transactions of Postgres and commands of Redis, ten a second of our own probes among them. */
  readonly storeCallsPerOp: number | null;
  /** As the pipeline counts them. */
  readonly retriesPerOp: number | null;
  /** Age of the oldest undecided record at the end of a second. */
  readonly lagMaxMs: number | null;
}
