import { setTimeout as delay } from 'node:timers/promises';
import { logLine, readEnvironment, stopOnSignal } from '../../../worker/worker-process.ts';
import { serve } from '../../../worker/worker-server.ts';
import { mainPostgres, openBooks } from '../books.ts';
import { reviewers, reviewsADay } from '../settings.ts';

/**
 * People who work through the review queue, so many applications per day of the story each. They approve if face and names agree
 * (if address or phone was in doubt, they call), and reject the others.
 */
const environment = readEnvironment(process.env);
const server = await serve(environment);
const pool = openBooks(mainPostgres(environment.stack), 1);

const everyMs = 86_400_000 / (reviewers * reviewsADay * environment.timeScale);
const lookSql = `
  UPDATE reviews r SET reviewed_at = clock_timestamp(),
    verdict = CASE WHEN a.reason IN ('name is in doubt', 'face is in doubt') THEN 'rejected' ELSE 'approved' END
  FROM applications a
  WHERE a.op = r.op AND r.op = (SELECT op FROM reviews WHERE reviewed_at IS NULL ORDER BY queued_at LIMIT 1)`;

const stopping = new AbortController();
/** One application per turn; a turn with nothing waiting is lost, like a person's idle hour. */
async function review(): Promise<void> {
  for (let turn = performance.now() + everyMs; !stopping.signal.aborted; turn += everyMs) {
    await delay(Math.max(0, turn - performance.now()), undefined, { signal: stopping.signal }).catch(() => {});
    if (stopping.signal.aborted) return;
    await pool.query(lookSql).catch((error: unknown) => logLine('a review failed', error));
  }
}
const reviewing = review();
server.setHealthy(true);

stopOnSignal(async () => {
  server.setHealthy(false);
  stopping.abort();
  await reviewing;
  await pool.end();
  await server.close();
});
