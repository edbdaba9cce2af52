import type { Producer } from 'kafkajs';
import { consume } from './consume.ts';
import type { ConsumeOptions } from './consume.ts';
import { workerMetrics } from './worker-metrics.ts';
import type { WorkerMetrics } from './worker-metrics.ts';
import { openKafka, openProducer, readEnvironment, stopOnSignal } from './worker-process.ts';
import { serve } from './worker-server.ts';
import type { WorkerServer } from './worker-server.ts';
import type { KafkaPatience, WorkerEnvironment } from './worker-process.ts';

export type Handling = Pick<ConsumeOptions, 'groupId' | 'topics' | 'handle' | 'afterCommit' | 'fetchLimits'>;

/** A worker that listens on its port and can produce; it is healthy once it consumes. */
export interface Worker {
  readonly environment: WorkerEnvironment;
  readonly metrics: WorkerMetrics;
  readonly producer: Producer;
  readonly server: Pick<WorkerServer, 'registry' | 'offer'>;
  /** Consumes until a signal ends the process; `close` closes what the worker opened itself, after the last batch. */
  consume(handling: Handling, close: () => Promise<void>): Promise<void>;
}

/** The start of every worker of a pipeline, and the order in which it stops. */
export async function startWorker(clientId: string, patience?: KafkaPatience): Promise<Worker> {
  const environment = readEnvironment(process.env);
  const server = await serve(environment);
  const metrics = workerMetrics(server.registry);
  const kafka = openKafka(environment, clientId, patience);
  const producer = await openProducer(kafka, patience);
  const stopping = new AbortController();
  return {
    environment,
    metrics,
    producer,
    server,
    consume: async (handling, close) => {
      const consumer = await consume(kafka, {
        ...handling,
        ...(patience !== undefined && { retries: patience.retries }),
        stopping: stopping.signal,
        sessionTimeoutMs: environment.sessionTimeoutMs,
        onJoined: () => server.setHealthy(true),
        onError: metrics.failed('batch'),
        onCrash: () => process.exit(1),
      });
      stopOnSignal(async () => {
        server.setHealthy(false);
        stopping.abort(new Error('the worker is stopping'));
        await consumer.disconnect();
        await producer.disconnect();
        await close();
        await server.close();
      });
    },
  };
}
