import type { ActionContext, TargetAction } from 'toofan';

/** What a responder can do to workers that listen on their ports: change their switches, restart them. */

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

/** Changes some switches of every worker with that name, and reads them back. */
export const turning = (
  worker: string,
  summary: string,
  change: Readonly<Record<string, string | number | boolean>>,
): TargetAction => ({
  summary,
  async run({ processes, signal }) {
    await Promise.all(processes.named(worker).map((one) => ask(one, '/control', signal, change)));
  },
  async verify({ processes, signal }) {
    const workers = processes.named(worker);
    for (const one of workers) {
      const now = JSON.parse(await ask(one, '/control', signal)) as Readonly<Record<string, unknown>>;
      const wrong = Object.entries(change).find(([name, value]) => now[name] !== value);
      if (wrong !== undefined) throw new Error(`${one.name}: ${wrong[0]} is ${String(now[wrong[0]])}`);
    }
    return `${namesOf(workers)}: ${JSON.stringify(change)}`;
  },
});

/** Starts dead workers and restarts those with that name; the others are left alone. */
export const restarting = (worker: string, summary: string): TargetAction => ({
  summary,
  async run({ processes }) {
    await Promise.all(processes.named(worker).map((one) => one.kill()));
    await Promise.all(processes.instances.map((instance) => instance.start()));
  },
  async verify({ processes, signal }) {
    await Promise.all(processes.instances.map((instance) => ask(instance, '/healthz', signal)));
    return `${namesOf(processes.instances)} are healthy`;
  },
});
