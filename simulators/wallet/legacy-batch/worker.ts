import { Asker } from '../../worker/ask.ts';
import { sendDeadLetters } from '../../worker/dead-letters.ts';
import { sendDecisions } from '../../worker/decision-sender.ts';
import { fill, openLedgerPool } from '../../worker/ledger-pool.ts';
import { readRecords } from '../../worker/read-records.ts';
import { startWorker } from '../../worker/start-worker.ts';
import { poolMetrics } from '../../worker/worker-metrics.ts';
import { inputTopics, topics } from '../shared/topics.ts';
import { parseRequest } from '../shared/wire.ts';
import { handleRequest } from './handle-request.ts';
import { mainPostgres } from './opening.ts';
import {
  bankWithinMs,
  connectionWaitMs,
  consumerGroup,
  fraudWithinMs,
  poolSize,
  raisedPool,
  statementWithinMs,
  workers,
} from './settings.ts';

/** The wallet before the crisis: everything that arrives starts at once, and waits for a connection. */
const worker = await startWorker('legacy-wallet');
const { environment, metrics, producer, server } = worker;
const pool = openLedgerPool(mainPostgres(environment.stack), poolSize / workers, '', {
  connectionTimeoutMillis: connectionWaitMs,
  query_timeout: statementWithinMs,
  idleTimeoutMillis: 0,
});
await fill(pool);
poolMetrics(server.registry, pool);
server.offer({ poolSize: poolSize / workers }, (now) => {
  pool.options.max = now.poolSize;
});

const asker = (name: string, withinMs: number): Asker => {
  const url = environment.dependencies[name];
  if (url === undefined) throw new Error(`legacy-wallet: the address of ${name} is not set`);
  // Each request holds a connection of the pool: concurrency never exceeds its size.
  return new Asker(url, { withinMs, connections: raisedPool / workers });
};
const [fraud, bank] = [asker('fraud', fraudWithinMs), asker('upi-switch', bankWithinMs)];
const path = { pool, fraud, bank, onError: metrics.failed('operation') };

await worker.consume(
  {
    groupId: consumerGroup,
    topics: inputTopics,
    handle: async (records) => {
      const { requests, letters } = readRecords(records, parseRequest);
      await sendDeadLetters(producer, letters);
      const decisions = await Promise.all(requests.map((request) => handleRequest(request, path)));
      await sendDecisions(producer, topics.decisions, decisions);
      metrics.answered(decisions.map(({ answer }) => answer));
    },
  },
  async () => {
    fraud.close();
    bank.close();
    await pool.end();
  },
);
