import { z } from 'zod';
import { durationJson, durationMs, type Duration } from '../../scenario/time.ts';

/** Parameter schemas that several objectives share. */

const ofShare = { error: 'must be a share above 0, at most 1' };
/** A share above 0: nothing is below 0. */
export const share = z.number(ofShare).gt(0, ofShare).lte(1, ofShare);

const ofFraction = { error: 'must be above 0 and below 1, 0.99 for p99' };
/** 0.99 for p99. */
export const fraction = z.number(ofFraction).gt(0, ofFraction).lt(1, ofFraction);

/** Wall time, above 0. */
export const duration = z
  .custom<Duration>((value) => (durationMs(value) ?? 0) > 0, { error: "must be a duration such as '500ms' or '5s'" })
  .meta(durationJson);

export const positive = z.number().gt(0);

/** The name of a kind, an answer, a leg or a request. */
export const name = z.string().min(1);

/** Why an objective takes no phase. */
export const noPhase = (why: string) => z.never({ error: `must be left out, as ${why}` }).optional();
