import { once } from 'node:events';
import { unavailable } from '../../errors.ts';
import type { Session } from '../../session/session.ts';
import type { UndoCommand } from '../../session/undo.ts';
import { loopback, type ProxyPlan } from '../stack-plan.ts';
import type { Toxic, ToxicProxy } from '../stack.ts';
import { eventually, NotYet } from '../../eventually.ts';

const readyWithinMs = 10_000;
const answersWithinMs = 5_000;
const pollMs = 20;
const keptErrors = 4_096;

/** Starts one Toxiproxy server with a proxy for every route; resolves to them by name. It ends with the session. */
export async function startToxiproxy(
  session: Session,
  program: string,
  { controlPort, routes }: ProxyPlan,
): Promise<ReadonlyMap<string, ToxicProxy>> {
  const url = `http://${loopback}:${controlPort}`;
  const child = session.spawn(program, ['-host', loopback, '-port', String(controlPort)], {
    env: { LOG_LEVEL: 'error' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-keptErrors)));
  const ended = once(child, 'exit').then(([code]) => {
    throw unavailable(`Toxiproxy ended with exit code ${String(code)}:\n${errors}`);
  });
  // Once it has answered, its exit shows in the faults that use it.
  ended.catch(() => undefined);
  await Promise.race([ended, untilAnswering(url)]);
  const made = routes.map(async ({ name, listen, upstream }) => {
    const [at, to] = [`${loopback}:${listen}`, `${loopback}:${upstream}`];
    await ask('POST', `${url}/proxies`, { name, listen: at, upstream: to, enabled: true });
    return [name, new Proxied(name, `${url}/proxies/${encodeURIComponent(name)}/toxics`)] as const;
  });
  return new Map(await Promise.all(made));
}

const streams = ['upstream', 'downstream'] as const;

class Proxied implements ToxicProxy {
  readonly name: string;
  readonly #url: string;

  constructor(name: string, url: string) {
    this.name = name;
    this.#url = url;
  }

  async add(toxic: Toxic): Promise<void> {
    for (const stream of streams)
      await ask('POST', this.#url, { name: `${toxic.type}-${stream}`, stream, toxicity: 1, ...toxicOf(toxic) });
  }

  async remove(type: Toxic['type']): Promise<void> {
    for (const url of this.#urlsOf(type)) await ask('DELETE', url);
  }

  undo(type: Toxic['type']): UndoCommand {
    return [process.execPath, '-e', deleteAll, ...this.#urlsOf(type)];
  }

  async active(): Promise<readonly Toxic['type'][]> {
    const toxics = (await ask('GET', this.#url)) as { name: string }[];
    return [...new Set(toxics.map(({ name }) => name.split('-')[0] as Toxic['type']))];
  }

  readonly #urlsOf = (type: Toxic['type']) => streams.map((stream) => `${this.#url}/${type}-${stream}`);
}

interface ToxiproxyToxic {
  readonly type: string;
  readonly attributes: Readonly<Record<string, number>>;
}

/** A toxic in Toxiproxy's terms: latency applies in one direction only, so that a round trip takes it once. */
function toxicOf(toxic: Toxic): ToxiproxyToxic {
  if (toxic.type === 'latency')
    return { type: 'latency', attributes: { latency: toxic.latencyMs / 2, jitter: toxic.jitterMs / 2 } };
  if (toxic.type === 'bandwidth') return { type: 'bandwidth', attributes: { rate: toxic.kibPerSecond } };
  return { type: toxic.type === 'silence' ? 'timeout' : 'reset_peer', attributes: { timeout: 0 } };
}

/** A janitor's `remove`, as a separate program. If the proxy itself has exited there is nothing to remove. */
const deleteAll = `
const one = (url) => fetch(url, { method: 'DELETE' }).then(({ ok, status }) => ok || status === 404, () => true);
Promise.all(process.argv.slice(1).map(one)).then((gone) => process.exit(gone.every(Boolean) ? 0 : 1));`;

async function ask(method: 'GET' | 'POST' | 'DELETE', url: string, body?: object): Promise<unknown> {
  const answer = await fetch(url, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    signal: AbortSignal.timeout(answersWithinMs),
  });
  const text = await answer.text();
  // A toxic that is already gone is fine.
  if (!answer.ok && !(method === 'DELETE' && answer.status === 404))
    throw new Error(`Toxiproxy answers ${answer.status} to ${method} ${url}: ${text.trim()}`);
  return text === '' ? undefined : JSON.parse(text);
}

const untilAnswering = (url: string): Promise<unknown> =>
  eventually(
    () =>
      ask('GET', `${url}/version`).catch(
        (error: unknown) => new NotYet(unavailable(`Toxiproxy does not answer at ${url}: ${String(error)}`, error)),
      ),
    { withinMs: readyWithinMs, everyMs: pollMs },
  );
