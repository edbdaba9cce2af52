/** What a dependency that takes faults can be told while it runs: `GET /settings` gives these as JSON, `PUT /settings` takes some of them. */
export interface DependencySettings {
  /** How long a request takes beside waiting for its turn, ms; the work is done at the end of it. */
  readonly latencyMs: number;
  /** Share of requests whose work is done, and whose answer comes `lateByMs` after that: the client may have given up. */
  readonly lateShare: number;
  readonly lateByMs: number;
  /** Share of requests that are answered with a 500 and not worked on, spread evenly. */
  readonly errorShare: number;
  /** Share of the others whose work is done, and that are answered with a 500 all the same. */
  readonly errorAfterShare: number;
  /** Units (a batch has as many as it has entries) that are worked on in a second; later ones wait their turn. */
  readonly capacityPerSecond: number;
  /** Units of one second beyond which 429 is answered; null for no limit. */
  readonly rateLimitPerSecond: number | null;
}
