import { z } from 'zod';
import { durationJson, durationMs, type Duration } from '../../scenario/time.ts';

/** What the parameters of several objectives have in common. */

/** A share above 0: nothing is less than none, and nothing falls below it. */
export const share = z
  .number({ error: 'must be a share above 0, at most 1' })
  .gt(0, { error: 'must be a share above 0, at most 1' })
  .lte(1, { error: 'must be a share above 0, at most 1' });

/** 0.99 for p99. */
export const fraction = z
  .number({ error: 'must be above 0 and below 1, 0.99 for p99' })
  .gt(0, { error: 'must be above 0 and below 1, 0.99 for p99' })
  .lt(1, { error: 'must be above 0 and below 1, 0.99 for p99' });

/** Wall time, above 0. */
export const duration = z
  .custom<Duration>((value) => (durationMs(value) ?? 0) > 0, { error: "not a duration such as '500ms' or '5s'" })
  .meta(durationJson);

export const positive = z.number().gt(0);

/** The name of a kind, an answer, a leg, a request. */
export const name = z.string().min(1);

/** An objective that is not about a phase says why. */
export const noPhase = (why: string) => z.never({ error: `must be left out, as ${why}` }).optional();
