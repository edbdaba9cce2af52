import type { Pool } from 'pg';
import type { Arrived } from '../../../worker/consume.ts';
import { sendDeadLetters } from '../../../worker/dead-letters.ts';
import { arrayOf, quotedName } from '../../../worker/ledger-pool.ts';
import { readRecords } from '../../../worker/read-records.ts';
import { retryTransient } from '../../../worker/retry.ts';
import type { Worker } from '../../../worker/start-worker.ts';
import { poolMetrics } from '../../../worker/worker-metrics.ts';
import { topics } from '../../shared/topics.ts';
import { shardOf } from '../ledger/accounts.ts';
import { openShardPools } from '../ledger/ledger.ts';
import { parseToReview } from '../review-queue.ts';
import type { ToReview } from '../review-queue.ts';
import { consumerGroups, unhurriedFetches } from '../settings.ts';
import { detailedScore } from './detailed-score.ts';

/** A payment that comes again was looked at already. */
const writeReviews = {
  name: 'write-reviews',
  text: `INSERT INTO reviews (op, payer, score) SELECT * FROM unnest($1::bigint[], $2::text[], $3::real[])
         ON CONFLICT DO NOTHING`,
};

/** Looks in detail at what was let through in crisis mode (source 4502-4533), in its own time and away from payments. */
export async function consumeDetails(worker: Worker): Promise<void> {
  const { environment, producer, server } = worker;
  const pools = openShardPools(environment.stack);
  poolMetrics(server.registry, ...pools);
  const handle = async (records: readonly Arrived[]): Promise<void> => {
    const { requests, letters } = readRecords(records, (_topic, value) => parseToReview(value));
    await sendDeadLetters(producer, letters);
    await Promise.all(
      Array.from(
        Map.groupBy(requests, ({ payer }) => shardOf(payer)),
        ([shard, own]) => review(pools[shard], own),
      ),
    );
  };
  await worker.consume(
    { groupId: consumerGroups.details, topics: [topics.details], fetchLimits: unhurriedFetches, handle },
    async () => {
      await Promise.all(pools.map((pool) => pool.end()));
    },
  );
}

async function review(pool: Pool | undefined, payments: readonly ToReview[]): Promise<void> {
  const values = [
    arrayOf(payments.map(({ op }) => op)),
    arrayOf(payments.map(({ payer }) => quotedName(payer))),
    arrayOf(payments.map((payment) => detailedScore(payment))),
  ];
  await retryTransient(async () => pool?.query({ ...writeReviews, values }));
}
