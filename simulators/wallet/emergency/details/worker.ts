import { scoreOf } from '../../../dependencies/fraud-score.ts';
import { sendDeadLetters } from '../../../worker/dead-letters.ts';
import { readRecords } from '../../../worker/read-records.ts';
import { retryTransient } from '../../../worker/retry.ts';
import { startWorker } from '../../../worker/start-worker.ts';
import { topics } from '../../shared/topics.ts';
import { parseRequest } from '../../shared/wire.ts';
import { consumerGroups, fraudAbove } from '../settings.ts';
import { Shards } from '../shards.ts';

/** `detailed_offline_processing` (source 4508-4532): on separate infrastructure, with its own models. */
const worker = await startWorker('emergency-details');
const { environment, producer } = worker;
const shards = new Shards(environment.stack, 1);

await worker.consume(
  {
    groupId: consumerGroups.details,
    topics: [topics.details],
    handle: async (records) => {
      const { requests, letters } = readRecords(records, (_topic, value) => parseRequest(topics.payments, value));
      await sendDeadLetters(producer, letters);
      const reviews = requests
        .filter((request) => request.kind === 'payment')
        .map(({ op, payer, device, paise }) => {
          const score = scoreOf({ id: String(op), device, paise });
          return { op, payer, score, forPeople: score > fraudAbove };
        });
      await retryTransient(() => shards.review(reviews));
    },
  },
  () => shards.close(),
);
