import { z } from 'zod';

const share = z.number().min(0).max(1);
const wait = z.number().min(0).max(600_000);

/** Runtime settings of a dependency that supports faults: `GET /settings` returns them as JSON, `PUT /settings` changes some. */
export const dependencySettings = z.strictObject({
  /** How long a request takes besides waiting for its turn, ms; the work is done at the end of it. */
  latencyMs: wait,
  /** Share of requests whose work is done, but whose answer comes `lateByMs` later: the client may have given up. */
  lateShare: share,
  lateByMs: wait,
  /** Share of requests answered with a 500 without doing the work, spread evenly. */
  errorShare: share,
  /** Share of the others whose work is done, but that are answered with a 500 all the same. */
  errorAfterShare: share,
  /** Units (a batch has one per entry) handled per second; later ones wait their turn. */
  capacityPerSecond: z.number().gt(0),
  /** Units per second beyond which it answers 429; null for no limit. */
  rateLimitPerSecond: z.number().min(0).nullable(),
});

export type DependencySettings = Readonly<z.infer<typeof dependencySettings>>;
