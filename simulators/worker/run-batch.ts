import { workerMetrics } from './worker-metrics.ts';
import { logLine, readEnvironment, stopOnSignal } from './worker-process.ts';
import type { WorkerEnvironment } from './worker-process.ts';
import { serve } from './worker-server.ts';

interface Batch {
  /** From start to start, in story time; a longer run delays the next one. The first begins after one interval. */
  readonly everyStoryMs: number;
  /** Does the work and returns a description; ends early once it is `stopping`. Errors are logged, and the next run follows. */
  run(stopping: () => boolean): Promise<string>;
  /** Closes what it opened. */
  close(): Promise<void>;
}

/** A process that runs a batch repeatedly until a signal ends it. */
export async function runBatch(
  open: (environment: WorkerEnvironment, failed: (part: string) => (error: unknown) => void) => Promise<Batch>,
): Promise<void> {
  const environment = readEnvironment(process.env);
  const server = await serve(environment);
  const metrics = workerMetrics(server.registry);
  const batch = await open(environment, (part) => metrics.failed(part));
  const everyMs = batch.everyStoryMs / environment.timeScale;

  let stopping = false;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const once = async (): Promise<void> => {
    const began = performance.now();
    const done = await batch.run(() => stopping);
    logLine(`${done} in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  };
  const schedule = (inMs: number): void => {
    timer = setTimeout(() => {
      const began = performance.now();
      running = once()
        .catch(metrics.failed('batch'))
        .finally(() => {
          if (!stopping) schedule(Math.max(0, everyMs - (performance.now() - began)));
        });
    }, inMs);
  };
  schedule(everyMs);
  server.setHealthy(true);

  stopOnSignal(async () => {
    stopping = true;
    clearTimeout(timer);
    await running;
    await batch.close();
    await server.close();
  });
}
