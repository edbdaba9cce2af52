import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { WorkerEnvironment } from './worker-process.ts';

/** Switches that a responder may change while a worker runs, all plain JSON values; read them at each use. */
type Switches = Readonly<Record<string, string | number | boolean>>;

/**
 * `/metrics` for Prometheus, `/healthz`, which is 503 until the worker reports that it works, and `/control`: GET reads its
 * switches, PUT changes some of them (JSON).
 */
export interface WorkerServer {
  readonly registry: Registry;
  setHealthy(healthy: boolean): void;
  /**
   * The switches at the first start; `turned` is called on every change. Changes are kept where every worker of the service finds
   * them after a restart, like a config store.
   */
  offer<Offered extends Switches>(initial: Offered, turned?: (now: Offered) => void): { readonly now: Offered };
  close(): Promise<void>;
}

type Offer = { now: Switches; readonly turned: (now: Switches) => void };

/** Listens on `port` of `host`; `switchesFile` holds the service's switches. */
export async function serve({
  port,
  host,
  switchesFile,
}: Pick<WorkerEnvironment, 'port' | 'host' | 'switchesFile'>): Promise<WorkerServer> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  let healthy = false;
  let switches: Offer = { now: {}, turned: () => {} };
  const server: Server = createServer((request, response) => {
    if (request.url === '/control') {
      const answer = request.method === 'PUT' ? turn(request, switches, switchesFile) : Promise.resolve(switches.now);
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
    server.listen(port, host, resolve);
  });
  return {
    registry,
    setHealthy: (value) => {
      healthy = value;
    },
    offer<Offered extends Switches>(initial: Offered, turned: (now: Offered) => void = () => {}) {
      const offered = { now: { ...initial, ...kept(switchesFile) }, turned };
      switches = offered as unknown as Offer;
      turned(offered.now);
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

/** Changes some of the switches; rejects, changing nothing, if a switch is unknown or its value has another type. */
async function turn(request: IncomingMessage, switches: Offer, switchesFile: string): Promise<Switches> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length > maxControlBytes) throw new Error('the body is too long');
  }
  const changes: unknown = JSON.parse(text);
  if (typeof changes !== 'object' || changes === null) throw new Error('switches must be a JSON object');
  for (const [name, value] of Object.entries(changes)) {
    const before = switches.now[name];
    if (before === undefined)
      throw new Error(`${name}: no such switch; known: ${Object.keys(switches.now).join(', ')}`);
    if (typeof value !== typeof before) throw new Error(`${name}: must be a ${typeof before}`);
  }
  switches.now = { ...switches.now, ...(changes as Switches) };
  keep(switchesFile, switches.now);
  switches.turned(switches.now);
  return switches.now;
}

/** Atomically: another worker may be reading it, and this one may be killed. */
function keep(file: string, now: Switches): void {
  const written = `${file}.${process.pid}`;
  writeFileSync(written, JSON.stringify(now));
  renameSync(written, file);
}

/** The changes so far; empty if there are none. */
const kept = (file: string): object => (existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as object) : {});
