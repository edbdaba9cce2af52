/** One value that was looked at, as the history's `samples` hold it. */
export interface Reading {
  readonly probe: string;
  /** What it is about: a group, a process, a server; null where there is only one. */
  readonly subject: string | null;
  /** Null where what was looked for is not there: a key that the shelf does not hold. */
  readonly value: number | null;
  readonly unit: string;
  /** What time it is about, µs since the epoch; from the look's beginning to its end where they are left out. */
  readonly began_at?: number;
  readonly at?: number;
}

/** Looks again and again at something that the pipeline cannot be trusted to say of itself. One file a probe. */
export interface Probe {
  readonly everyMs: number;
  /** One look. Where it rejects there is a gap in the samples, and nothing else. */
  sample(): Promise<readonly Reading[]>;
}

/** Detection and recovery are reckoned from samples: five a second bound their error. */
export const fiveTimesASecondMs = 200;
