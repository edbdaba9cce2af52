import type { ActionContext, TargetAction } from '../../../harness/target/target.ts';
import { initialSwitches } from './order/switches.ts';
import type { OrderSwitches } from './order/switches.ts';
import { resizedPool } from './settings.ts';

type Instance = ActionContext['processes']['instances'][number];

const answersWithinMs = 5_000;

async function ask({ name, port, pid }: Instance, path: string, signal: AbortSignal, change?: object): Promise<string> {
  if (pid === undefined) throw new Error(`${name} is down; restart-workers starts it`);
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(answersWithinMs)]),
    ...(change !== undefined && { method: 'PUT', body: JSON.stringify(change) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${name} answered ${response.status} on ${path}: ${text.trim()}`);
  return text;
}

const namesOf = (instances: readonly Instance[]): string => instances.map(({ name }) => name).join(', ');

/** Turns some switches of every order worker, and reads them back. */
const turning = (summary: string, change: Partial<OrderSwitches>): TargetAction => ({
  summary,
  async run({ processes, signal }) {
    await Promise.all(processes.named('order-worker').map((one) => ask(one, '/control', signal, change)));
  },
  async verify({ processes, signal }) {
    const workers = processes.named('order-worker');
    for (const worker of workers) {
      const now = JSON.parse(await ask(worker, '/control', signal)) as Readonly<Record<string, unknown>>;
      const wrong = Object.entries(change).find(([name, value]) => now[name] !== value);
      if (wrong !== undefined) throw new Error(`${worker.name}: ${wrong[0]} is ${String(now[wrong[0]])}`);
    }
    return `${namesOf(workers)}: ${JSON.stringify(change)}`;
  },
});

const restartWorkers: TargetAction = {
  summary: 'Starts what is dead, and the ETL workers anew (source 4004-4008).',
  async run({ processes }) {
    await Promise.all(processes.named('etl-worker').map((worker) => worker.kill()));
    // Those that run are left as they are.
    await Promise.all(processes.instances.map((instance) => instance.start()));
  },
  async verify({ processes, signal }) {
    await Promise.all(processes.instances.map((instance) => ask(instance, '/healthz', signal)));
    return `${namesOf(processes.instances)} are healthy`;
  },
};

/** What those who were called at night did, and what the playbook that came of it says (source 3985-4030, 4117-4150). */
export const actions: Readonly<Record<string, TargetAction>> = {
  'resize-pool': turning(`Lets each order worker open ${resizedPool} connections (source 3994).`, {
    poolSize: resizedPool,
  }),
  'restart-workers': restartWorkers,
  'cached-recommendations': turning('Takes the last known recommendations, without a call (source 4015).', {
    cachedRecommendations: true,
  }),
  'bypass-sync': turning('Asks the books instead of the shelf (source 4022).', { bypassSync: true }),
  'simplified-pipeline': turning('Leaves recommendations out and books orders in small batches (source 4029).', {
    simplified: true,
  }),
  'shed-load': turning('Turns regular shoppers away and serves premium customers (source 4129-4131).', {
    premiumOnly: true,
  }),
  'freeze-sale': turning('Turns every order away.', { saleFrozen: true }),
  'reopen-sale': turning('Lets everybody in again.', {
    premiumOnly: initialSwitches.premiumOnly,
    saleFrozen: initialSwitches.saleFrozen,
  }),
};
