import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { collectDefaultMetrics, Registry } from 'prom-client';

/** Switches that a responder may turn while a worker runs, all of them plain JSON values; read them whenever they matter. */
type Switches = Readonly<Record<string, string | number | boolean>>;

/**
 * `/metrics` for Prometheus, `/healthz`, which is 503 until the worker says that it works, and `/control`: its switches, read
 * by GET and turned by PUT with some of them as JSON.
 */
export interface WorkerServer {
  readonly registry: Registry;
  setHealthy(healthy: boolean): void;
  /** The switches as they are at the start; `turned` hears of every change. */
  offer<Offered extends Switches>(initial: Offered, turned?: (now: Offered) => void): { readonly now: Offered };
  close(): Promise<void>;
}

export async function serve(port: number): Promise<WorkerServer> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  let healthy = false;
  let switches: { now: Switches; readonly turned: (now: Switches) => void } = { now: {}, turned: () => {} };
  const server: Server = createServer((request, response) => {
    if (request.url === '/control') {
      const answer = request.method === 'PUT' ? turn(request, switches) : Promise.resolve(switches.now);
      answer.then(
        (now) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(now)),
        (error: unknown) => response.writeHead(400).end(`${error instanceof Error ? error.message : String(error)}\n`),
      );
    } else if (request.url === '/healthz') {
      response.writeHead(healthy ? 200 : 503).end(healthy ? 'ok\n' : 'not yet\n');
    } else if (request.url === '/metrics') {
      registry.metrics().then(
        (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    registry,
    setHealthy: (value) => {
      healthy = value;
    },
    offer<Offered extends Switches>(initial: Offered, turned: (now: Offered) => void = () => {}) {
      const offered = { now: initial, turned };
      switches = offered as unknown as typeof switches;
      return offered;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const maxControlBytes = 16_384;

/** Turns some of the switches; rejects, with nothing turned, where there is no such switch or its value is of another type. */
async function turn(
  request: IncomingMessage,
  switches: { now: Switches; readonly turned: (now: Switches) => void },
): Promise<Switches> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length > maxControlBytes) throw new Error('the body is too long');
  }
  const changes: unknown = JSON.parse(text);
  if (typeof changes !== 'object' || changes === null) throw new Error('switches are a JSON object');
  for (const [name, value] of Object.entries(changes)) {
    const before = switches.now[name];
    if (before === undefined)
      throw new Error(`${name}: no such switch; there are ${Object.keys(switches.now).join(', ')}`);
    if (typeof value !== typeof before) throw new Error(`${name}: a ${typeof before} is needed`);
  }
  switches.now = { ...switches.now, ...(changes as Switches) };
  switches.turned(switches.now);
  return switches.now;
}
