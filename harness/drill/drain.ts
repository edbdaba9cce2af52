import { setTimeout as delay } from 'node:timers/promises';
import { unavailable } from '../errors.ts';
import type { KafkaLog } from '../observe/kafka-log.ts';
import type { Target } from '../target/target.ts';
import { isDrained, readOffsets } from './offsets.ts';

const everyMs = 100;
/** A pipeline without consumer groups to look at counts as drained once it has answered nothing for this long. */
const quietMs = 3_000;

/**
 * µs since the epoch at which the target had consumed everything and, by its books, answered it; null where the deadline came
 * first. Rejects (69) where nobody, asked again and again, even says so much.
 */
export async function waitUntilDrained(
  log: KafkaLog,
  target: Pick<Target, 'needs' | 'consumerGroups'>,
  starts: ReadonlyMap<string, readonly number[]>,
  deadlineMs: number,
  signal: AbortSignal,
  backlog: () => Promise<number> = () => Promise.resolve(0),
): Promise<number | null> {
  const deadline = performance.now() + deadlineMs;
  let answered = { offsets: -1, at: Date.now() };
  let silence: Error | undefined;
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    try {
      const offsets = await readOffsets(log, target, starts);
      silence = undefined;
      if (target.consumerGroups.length > 0) {
        // Once more after the books: what they held open may have left them by way of a topic.
        const isOver =
          isDrained(offsets) && (await backlog()) === 0 && isDrained(await readOffsets(log, target, starts));
        if (isOver) return Date.now() * 1000;
      } else {
        const sum = offsets.filter(({ role }) => role === 'decisions').reduce((total, { end }) => total + end, 0);
        if (sum !== answered.offsets) answered = { offsets: sum, at: Date.now() };
        else if (Date.now() - answered.at >= quietMs) return answered.at * 1000;
      }
    } catch (error) {
      // A broker that has just come back does not know its groups at once; nor does a store say anything while it starts.
      silence = error instanceof Error ? error : new Error(String(error));
    }
    await delay(everyMs, undefined, { signal });
  }
  if (silence === undefined) return null;
  throw unavailable(
    `nobody says how far the pipeline has come, ${deadlineMs / 1000} s after the load: ${silence.message}`,
    silence,
  );
}
