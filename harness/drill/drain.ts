import { setTimeout as delay } from 'node:timers/promises';
import { unavailable, UserError } from '../errors.ts';
import type { OffsetRecord } from '../history/drill-record.ts';
import type { KafkaLog } from '../observe/kafka-log.ts';
import { wallMs } from '../scenario/time.ts';
import type { Target } from '../target/target.ts';
import { isDrained, readOffsets } from './offsets.ts';

const everyMs = 100;
/** A pipeline without consumer groups must be silent for this long, and for longer than its declared longest pause. */
const quietMs = 3_000;

type Drained = Pick<Target, 'needs' | 'consumerGroups' | 'backlog' | 'longestPause'>;

/** Whether a target declares anything that shows a drain: silence alone may be a pause. */
export const tellsItsEnd = ({ consumerGroups, backlog = [], longestPause }: Omit<Drained, 'needs'>): boolean =>
  consumerGroups.length > 0 || backlog.length > 0 || longestPause !== undefined;

/**
 * Waits for the drain. Resolves to the time, µs since the epoch, at which the target had consumed everything and, by its books,
 * answered it; null if the deadline came first, or if it fell silent and nothing tells that this is the end (see `tellsItsEnd`).
 * Rejects with 69 if the stores never answer, and with 65 and the reason if one of the target's own queries is wrong.
 */
export async function waitUntilDrained(
  log: KafkaLog,
  target: Drained,
  starts: ReadonlyMap<string, readonly number[]>,
  { deadlineMs, timeScale = 1 }: { readonly deadlineMs: number; readonly timeScale?: number },
  signal: AbortSignal,
  backlog: () => Promise<number> = () => Promise.resolve(0),
): Promise<number | null> {
  const pauseMs = Math.max(quietMs, target.longestPause === undefined ? 0 : wallMs(target.longestPause, timeScale));
  const deadline = performance.now() + deadlineMs;
  let quiet = { decided: -1, since: Date.now() };
  let silence: Error | undefined;
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    try {
      const offsets = await readOffsets(log, target, starts);
      const open = target.consumerGroups.length > 0 && !isDrained(offsets) ? null : await backlog();
      silence = undefined;
      const decided = decisionsIn(offsets);
      // While its books hold work the pipeline is not quiet, however long it answers nothing.
      if (decided !== quiet.decided || open !== 0) quiet = { decided, since: Date.now() };
      if (target.consumerGroups.length > 0) {
        // Checked again after the books: work may have left them through a topic.
        if (open === 0 && isDrained(await readOffsets(log, target, starts))) return Date.now() * 1000;
      } else if (Date.now() - quiet.since > pauseMs) return tellsItsEnd(target) ? quiet.since * 1000 : null;
    } catch (error) {
      if (error instanceof UserError) throw error;
      // A broker that has just come back does not know its groups at once; a starting store does not answer.
      silence = error instanceof Error ? error : new Error(String(error));
    }
    await delay(everyMs, undefined, { signal });
  }
  if (silence === undefined) return null;
  throw unavailable(
    `could not read the consumers' progress ${deadlineMs / 1000} s after the load ended: ${silence.message}`,
    silence,
  );
}

const decisionsIn = (offsets: readonly OffsetRecord[]): number =>
  offsets.filter(({ role }) => role === 'decisions').reduce((total, { end }) => total + end, 0);
