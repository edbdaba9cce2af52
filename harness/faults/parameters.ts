import { z } from 'zod';
import { durationJson, type Span, spanProblems } from '../scenario/time.ts';

/** Parameter schemas that several faults share. Their descriptions appear in the docs. */

const storyJson = {
  type: 'object',
  properties: { storyMs: { type: 'number', minimum: 0 } },
  required: ['storyMs'],
  additionalProperties: false,
};

/** How long it is held: wall time, or story time. */
export const span = z
  .custom<Span>((value) => spanProblems('', value).length === 0, {
    error: "must be a duration such as '2s' (a day at most), or story('6min')",
  })
  .meta({ anyOf: [durationJson, storyJson] })
  .describe("duration: wall time (`'5s'`) or story time (`story('6min')`)");

/** The name of a part of the target: a topic, a process, a dependency, a Postgres server. */
export const name = z.string().min(1);

/** `kafka`, `redis`, or a Postgres server by the target's name for it. */
export const store = z
  .string()
  .regex(/^(kafka|redis|postgres:\S+)$/, {
    error: "must be 'kafka', 'redis' or a Postgres server such as 'postgres:main'",
  })
  .describe("`'kafka'`, `'redis'` or a Postgres server of the target such as `'postgres:main'`");

export const whole = (least: number, most: number) => z.int().min(least).max(most);

/** For faults that strike processes. */
export const ofProcesses = {
  process: name.describe("a process, by the target's name for it; default: the first").optional(),
  count: whole(1, 1_000).describe('how many of its instances; default: all').optional(),
};

export const dependencyName = name.describe('a service that the target calls over HTTP, by name');

export const topicName = name.describe('an input topic of the target');

export const postgresServer = name
  .describe("a Postgres server, by the target's name for it; default: `'main'`")
  .optional();
