/**
 * From where on others took the machine in a second; docs/VERDICTS.md says what each threshold is derived from. What the drill's own
 * processes use is theirs: it takes nothing.
 */
export const takenFrom = {
  /** Share of all cores that foreign processes and the hypervisor used between them. */
  cpuShare: 0.1,
  /** Share of the second in which a quota held our cgroup back, or some task waited for memory. */
  throttledShare: 0.1,
  memoryStallShare: 0.1,
  swapMiBPerSecond: 1,
  fsyncMs: 100,
  /** A write that waits for a disk stalls its task; without a stall the probe waited for the CPU. */
  ioStallShare: 0.1,
  /** From here on, and where they write at least as much as all others, the drill's own processes may have made an fsync slow. */
  ownWrittenMiBPerSecond: 20,
  /** By how much the sampler may be late before nobody can be said to have watched. */
  stoodStillMs: 1_000,
  /** Where the drill's own processes used this much meanwhile, they starved the sampler. */
  ownCpuShare: 0.5,
  clockStepMs: 100,
} as const;
