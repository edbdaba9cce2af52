/** Thresholds from which others took the machine in a second; docs/VERDICTS.md derives each. The drill's own use never counts. */
export const takenFrom = {
  /** Share of all cores used by foreign processes and the hypervisor together. */
  cpuShare: 0.1,
  /** Share of the second in which a quota throttled our cgroup, or some task waited for memory. */
  throttledShare: 0.1,
  memoryStallShare: 0.1,
  swapMiBPerSecond: 1,
  fsyncMs: 100,
  /** A write that waits for a disk stalls its task; without a stall the probe was waiting for CPU. */
  ioStallShare: 0.1,
  /**
   * If the drill's own processes write at least this much, and at least as much as everything else, they may have slowed the
   * fsync.
   */
  ownWrittenMiBPerSecond: 20,
  /** How late the sampler may be before the time counts as unobserved. */
  stoodStillMs: 1_000,
  /** If the drill's own processes used this much meanwhile, they starved the sampler. */
  ownCpuShare: 0.5,
  clockStepMs: 100,
} as const;
