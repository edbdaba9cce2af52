/** One sampled value, as in the history's `samples`. */
export interface Reading {
  readonly probe: string;
  /** Its subject: a group, a process, a server; null if there is only one. */
  readonly subject: string | null;
  /** Null if the subject does not exist: a key missing from the shelf. */
  readonly value: number | null;
  readonly unit: string;
  /** The time it refers to, µs since the epoch; default: from the start of the sampling to its end. */
  readonly began_at?: number;
  readonly at?: number;
}

/** Samples something that a pipeline cannot be trusted to report about itself. One file per probe. */
export interface Probe {
  readonly everyMs: number;
  /** Takes one sample. A rejection leaves a gap in the samples, and has no other consequence. */
  sample(): Promise<readonly Reading[]>;
}

/** Detection and recovery are computed from samples: five per second bound their error. */
export const fiveTimesASecondMs = 200;
