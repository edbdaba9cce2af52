import { setTimeout as delay } from 'node:timers/promises';
import type { ActionContext, TargetAction } from 'toofan';
import { poolSize } from './settings.ts';
import type { PipelineSwitches } from './switches.ts';

export const workerName = 'etl-worker';

const answersWithinMs = 1_000;
/** Waits for a worker that is just restarting. */
const turnedWithinMs = 15_000;
const tryEveryMs = 200;

type Instance = ActionContext['processes']['instances'][number];

/** Changes some of every worker's switches. They hold until changed back, across restarts. */
const turn = (summary: string, turned: Partial<PipelineSwitches>): TargetAction => ({
  summary,
  run: async (context) => {
    await Promise.all(workersOf(context).map((worker) => untilAnswered(worker, context.signal, turned)));
  },
  verify: async (context) => {
    const seen = await Promise.all(
      workersOf(context).map(async (worker) => {
        const now = await control(worker);
        const wrong = Object.entries(turned).find(([name, value]) => now[name] !== value);
        if (wrong !== undefined) throw new Error(`${worker.name} says ${wrong[0]}: ${String(now[wrong[0]])}`);
        return worker.name;
      }),
    );
    return `${seen.join(', ')} say ${JSON.stringify(turned)}`;
  },
});

/** What responders of 2020 did (3948-3990) and what the playbook adds (4117-4150). */
export const actions: Readonly<Record<string, TargetAction>> = {
  'resize-pool': turn(`Every worker may open ${poolSize.resized} connections instead of ${poolSize.normal}.`, {
    poolSize: poolSize.resized,
  }),
  'restart-workers': {
    summary: 'Rolling restart: the workers stop cleanly and start again one by one.',
    run: async (context) => {
      for (const worker of workersOf(context)) {
        context.signal.throwIfAborted();
        await worker.stop();
        await worker.start();
      }
    },
    verify: async (context) => {
      const ages = await Promise.all(workersOf(context).map(ageOf));
      const started = workersOf(context).map(({ name }, i) => `${name} started ${ages[i]?.toFixed(1)} s ago`);
      return started.join(', ');
    },
  },
  'cached-recommendations': turn('Recommendations come from memory, without calling the engine.', {
    recommendationsCached: true,
  }),
  'bypass-sync': turn('Does nothing: this pipeline has no sync that an order waits for.', {
    syncBypassed: true,
  }),
  'simplified-pipeline': turn('Critical data only: no recommendations, the shelf by its refresh only, small batches.', {
    simplified: true,
  }),
  'freeze-sale': turn('Sheds every order not yet decided.', { saleFrozen: true }),
  'shed-load': turn('Sheds orders of regular shoppers and serves premium ones.', { regularShed: true }),
};

function workersOf({ processes }: ActionContext): readonly Instance[] {
  const workers = processes.named(workerName);
  if (workers.length === 0) throw new Error(`no process named ${workerName} runs`);
  return workers;
}

async function untilAnswered(worker: Instance, signal: AbortSignal, turned: Partial<PipelineSwitches>): Promise<void> {
  for (const deadline = Date.now() + turnedWithinMs; ; await delay(tryEveryMs, undefined, { signal })) {
    try {
      await control(worker, turned);
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

/** A worker's switches, after changing some of them. */
async function control(worker: Instance, turned?: Partial<PipelineSwitches>): Promise<Record<string, unknown>> {
  const answer = await fetch(`http://127.0.0.1:${worker.port}/control`, {
    ...(turned !== undefined && { method: 'PUT', body: JSON.stringify(turned) }),
    signal: AbortSignal.timeout(answersWithinMs),
  });
  if (!answer.ok) throw new Error(`${worker.name} answers ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}

/** Seconds since a worker started; rejects if it is not ready. */
async function ageOf(worker: Instance): Promise<number> {
  const get = (path: string) =>
    fetch(`http://127.0.0.1:${worker.port}${path}`, { signal: AbortSignal.timeout(answersWithinMs) });
  const { status } = await get('/healthz');
  if (status !== 200) throw new Error(`${worker.name} is not ready: ${status}`);
  const started = /^process_start_time_seconds (\S+)$/m.exec(await (await get('/metrics')).text())?.[1];
  return Date.now() / 1000 - Number(started);
}
