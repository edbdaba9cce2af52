import { Counter } from 'prom-client';
import { Asker } from '../../worker/ask.ts';
import type { Arrived } from '../../worker/consume.ts';
import { sendDeadLetters } from '../../worker/dead-letters.ts';
import type { DeadLetter } from '../../worker/dead-letters.ts';
import { fill } from '../../worker/ledger-pool.ts';
import { startWorker } from '../../worker/start-worker.ts';
import { encodeDecision } from '../../worker/wire.ts';
import { logLine } from '../../worker/worker-process.ts';
import { poolMetrics } from '../../worker/worker-metrics.ts';
import { inputTopics, topics } from '../shared/topics.ts';
import { keyOf, parseRequest } from '../shared/wire.ts';
import type { Payment, Request } from '../shared/wire.ts';
import { processInCrisis } from './crisis-batches.ts';
import { addMoney, refund, register } from './other-requests.ts';
import type { Job, Parts } from './parts.ts';
import { processTransaction } from './process-transaction.ts';
import { Sending } from './sending.ts';
import {
  bankWithinMs,
  batchSize,
  consumerGroups,
  crisisPool,
  fetchLimits,
  fraudWithinMs,
  poolSize,
  threadsPerWorker,
  workers,
} from './settings.ts';
import { databases } from './sharding.ts';
import { Shards } from './shards.ts';
import { initialSwitches } from './switches.ts';

const worker = await startWorker('emergency-wallet');
const { environment, metrics, producer, server } = worker;

const perShard = (connections: number): number => Math.floor(connections / workers / databases.length);
const shards = new Shards(environment.stack, perShard(poolSize));
await Promise.all(shards.pools.map(fill));
poolMetrics(server.registry, ...shards.pools);
let crisisMode = false;
const sizePools = (now: typeof initialSwitches): void =>
  shards.resize(perShard(crisisMode || now.crisisMode || now.poolRaised ? crisisPool : poolSize));
const switches = server.offer(initialSwitches, sizePools);
const isCrisis = (): boolean => crisisMode || switches.now.crisisMode;

const slow = new Counter({
  name: 'pipeline_slow_total',
  help: 'Payments that took longer than 200 ms.',
  registers: [server.registry],
});
const asker = (name: string, withinMs: number): Asker => {
  const url = environment.dependencies[name];
  if (url === undefined) throw new Error(`emergency-wallet: the address of ${name} is not set`);
  return new Asker(url, { withinMs, connections: threadsPerWorker });
};
const [fraud, bank] = [asker('fraud', fraudWithinMs), asker('upi-switch', bankWithinMs)];
const sending = new Sending(producer);
const parts: Parts = {
  shards,
  sending,
  fraud,
  bank,
  async answer(request, { answer, reason, mode }) {
    const value = encodeDecision(request.op, answer, reason, mode);
    await sending.send(topics.decisions, { key: keyOf(request), value });
    metrics.answered([answer]);
  },
  bury: (letters) => sendDeadLetters(producer, letters),
  failed: (part) => metrics.failed(part),
  slow: () => slow.inc(),
};

/** Once activated it stays (source 2439-2441). */
function detectTrafficAnomaly(payments: number): void {
  if (crisisMode || payments <= batchSize) return;
  crisisMode = true;
  logLine('CRISIS MODE ACTIVATED - Demonetisation surge detected!');
  sizePools(switches.now);
}

function read(records: readonly Arrived[]): { jobs: Job[]; letters: DeadLetter[] } {
  const jobs: Job[] = [];
  const letters: DeadLetter[] = [];
  for (const record of records) {
    const request = parseRequest(record.topic, record.value === null ? null : record.value.toString());
    if (typeof request === 'string') letters.push({ record, reason: request });
    else jobs.push({ request, record });
  }
  return { jobs, letters };
}

const isPayment = (job: Job): job is Job<Payment> => job.request.kind === 'payment';

async function processOne({ request, record }: Job): Promise<void> {
  if (request.kind === 'registration') {
    try {
      await parts.answer(request, await register(request, parts));
    } catch (error) {
      metrics.failed('registration')(error);
      await parts.bury([{ record, reason: error instanceof Error ? error.message : String(error) }]);
    }
  } else await parts.answer(request, await toldOf(request));
}

const toldOf = (request: Exclude<Request, { kind: 'registration' }>) => {
  if (request.kind === 'payment') return processTransaction(request, parts);
  return request.kind === 'add_money' ? addMoney(request, parts) : refund(request, parts);
};

/** As many at once as a worker has threads. */
async function processEach(jobs: readonly Job[]): Promise<void> {
  const left = jobs.values();
  const thread = async (): Promise<void> => {
    for (const job of left) await processOne(job);
  };
  await Promise.all(Array.from({ length: threadsPerWorker }, thread));
}

await worker.consume(
  {
    groupId: consumerGroups.transactions,
    topics: inputTopics,
    fetchLimits,
    handle: async (records) => {
      const { jobs, letters } = read(records);
      await sendDeadLetters(producer, letters);
      const payments = jobs.filter(isPayment);
      detectTrafficAnomaly(payments.length);
      if (!isCrisis()) return processEach(jobs);
      await processEach(jobs.filter((job) => !isPayment(job)));
      await processInCrisis(payments, parts);
    },
  },
  async () => {
    fraud.close();
    bank.close();
    await shards.close();
  },
);
