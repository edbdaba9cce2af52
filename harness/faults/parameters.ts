import { z } from 'zod';
import { type Span, spanProblems } from '../scenario/time.ts';

/** What several faults' parameters have in common. */

/** How long it is held: wall time, or story time. */
export const span = z.custom<Span>((value) => spanProblems('', value).length === 0, {
  error: "not a duration such as '2s' (a day at most), nor story('6min')",
});

/** The name of something that the target has: a topic, a process, a dependency, a Postgres server. */
export const name = z.string().min(1);

/** `kafka`, `redis`, or a Postgres server by the target's name for it. */
export const store = z.string().regex(/^(kafka|redis|postgres:\S+)$/, {
  error: "not 'kafka', 'redis' or a Postgres server such as 'postgres:main'",
});

export const whole = (least: number, most: number) => z.int().min(least).max(most);

/** How many instances of a process; all where it is left out. */
export const instances = whole(1, 1_000);
