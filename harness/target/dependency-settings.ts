import { z } from 'zod';

const share = z.number().min(0).max(1);
const wait = z.number().min(0).max(600_000);

/** What a dependency that takes faults can be told while it runs: `GET /settings` gives these as JSON, `PUT /settings` takes some of them. */
export const dependencySettings = z.strictObject({
  /** How long a request takes beside waiting for its turn, ms; the work is done at the end of it. */
  latencyMs: wait,
  /** Share of requests whose work is done, and whose answer comes `lateByMs` after that: the client may have given up. */
  lateShare: share,
  lateByMs: wait,
  /** Share of requests that are answered with a 500 and not worked on, spread evenly. */
  errorShare: share,
  /** Share of the others whose work is done, and that are answered with a 500 all the same. */
  errorAfterShare: share,
  /** Units (a batch has as many as it has entries) that are worked on in a second; later ones wait their turn. */
  capacityPerSecond: z.number().gt(0),
  /** Units of one second beyond which 429 is answered; null for no limit. */
  rateLimitPerSecond: z.number().min(0).nullable(),
});

export type DependencySettings = Readonly<z.infer<typeof dependencySettings>>;
