import type { Producer } from 'kafkajs';
import { breakerMetrics } from '../../worker/breaker-metrics.ts';
import type { Arrived } from '../../worker/consume.ts';
import { sendDeadLetters } from '../../worker/dead-letters.ts';
import type { DeadLetter } from '../../worker/dead-letters.ts';
import { retryTransient } from '../../worker/retry.ts';
import type { Worker } from '../../worker/start-worker.ts';
import { poolMetrics } from '../../worker/worker-metrics.ts';
import { Books, mainPostgres, openBooks } from './books.ts';
import { decide } from './decide.ts';
import { tell, workQueue } from './lanes.ts';
import type { Parts } from './work.ts';
import { Pace } from './pace.ts';
import { Services } from './services.ts';
import { intakeGroup, lanes } from './settings.ts';
import { topics } from './topics.ts';
import { parseApplication } from './wire.ts';
import type { Application } from './wire.ts';
import { backIntoQueue } from './work.ts';

/** Verifies applicants until the worker ends; resolves once it takes applications in. */
export async function verifyApplicants(
  worker: Worker,
  mutate: (sound: Parts) => Parts = (sound) => sound,
): Promise<void> {
  const { environment, metrics, producer, server } = worker;

  // A connection for each lane, one for its pace, one for the intake.
  const pool = openBooks(mainPostgres(environment.stack), lanes + 2);
  poolMetrics(server.registry, pool);
  const books = new Books(pool);
  const services = new Services(environment.dependencies);
  breakerMetrics(server.registry, Object.values(services.breakers));
  const pace = new Pace(pool);
  await retryTransient(() => pace.open());

  const stopping = new AbortController();
  const parts = mutate({
    books,
    services,
    pace,
    postpone: backIntoQueue,
    decide,
    tell: (answers) => tell(producer, answers),
  });
  const working = workQueue({
    parts,
    onAnswers: metrics.answered,
    onError: metrics.failed('lane'),
    stopping: stopping.signal,
  });

  await worker.consume(
    { groupId: intakeGroup, topics: [topics.applications], handle: (records) => takeIn(records, books, producer) },
    async () => {
      stopping.abort();
      await working;
      services.close();
      await pool.end();
    },
  );
}

/** Everything readable into the books before its offset is committed; the rest aside. */
async function takeIn(records: readonly Arrived[], books: Books, producer: Producer): Promise<void> {
  const applications = new Map<number, Application>();
  const letters: DeadLetter[] = [];
  for (const record of records) {
    const application = parseApplication(record.value === null ? null : record.value.toString());
    if (typeof application === 'string') letters.push({ record, reason: application });
    else applications.set(application.op, application);
  }
  await sendDeadLetters(producer, letters, topics.deadLetters);
  if (applications.size > 0) await retryTransient(() => books.accept([...applications.values()]));
}
