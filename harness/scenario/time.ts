/**
 * Story time and wall time are two types. Fault minutes and a 30-minute batch are story time and are
 * divided by the scenario's `timeScale`; load holds, latencies, drains and recovery are wall time,
 * because a broker restart does not compress.
 */
export type Duration = `${number}ms` | `${number}s` | `${number}min` | `${number}h`;

/** A length of story time, as the incident's chronicle tells it. */
export interface StoryTime {
  readonly storyMs: number;
}

/** A duration in JSON Schema. */
export const durationJson = { type: 'string', pattern: String.raw`^\d+(\.\d+)?(ms|s|min|h)$` } as const;

const unitMs = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000 } as const;

/** Nobody waits longer for a drill; a larger value is a typo. */
export const longestDrillMs = 24 * 3_600_000;

/** Milliseconds of a duration such as `500ms`, `5s`, `30min`, `2h`; undefined if it is none (or negative, or not finite). */
export function durationMs(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined;
  const match = /^(\d+(?:\.\d+)?)(ms|s|min|h)$/.exec(text);
  if (!match) return undefined;
  return Number(match[1]) * unitMs[match[2] as keyof typeof unitMs];
}

/** Milliseconds of a validated duration. */
export function ms(text: Duration): number {
  const value = durationMs(text);
  if (value === undefined) throw new RangeError(`not a duration: ${text}`);
  return value;
}

/** Time as the chronicle counts it, from the start of the sale (the end of the warm-up). */
export const story = (text: Duration): StoryTime => ({ storyMs: ms(text) });

/** A length of time: wall time as a duration, or story time. */
export type Span = Duration | StoryTime;

/** Longer than any drill, and well within the range of a timer: an overflowing one fires at once. */
const longestMs = 20 * 24 * 3_600_000;

/** Wall milliseconds of a validated span; capped at twenty days. */
export const wallMs = (span: Span, timeScale: number): number =>
  Math.min(longestMs, typeof span === 'string' ? ms(span) : compress(span, timeScale));

/** A span's problem, beginning with its name; none if it is valid. */
export function spanProblems(name: string, value: unknown): string[] {
  const wall = durationMs(value);
  if (wall !== undefined)
    return wall <= longestDrillMs ? [] : [`${name}: must not exceed a day: ${JSON.stringify(value)}`];
  const storyMs = typeof value === 'object' && value !== null && 'storyMs' in value ? value.storyMs : undefined;
  if (typeof storyMs === 'number' && Number.isFinite(storyMs) && storyMs >= 0) return [];
  return [`${name}: must be a duration such as '2s', or story('6min'): ${JSON.stringify(value) ?? 'missing'}`];
}

/** Wall milliseconds of a story time. */
export const compress = (time: StoryTime, timeScale: number): number => time.storyMs / timeScale;
