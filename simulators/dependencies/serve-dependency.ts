import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { changedSettings, flawless } from './settings.ts';
import type { DependencySettings } from 'toofan';
import { Turns } from './turn.ts';

const maxBodyBytes = 1024 * 1024;

export interface DependencyRequest {
  readonly method: string;
  /** Including its query. */
  readonly path: string;
  /** The JSON body of a POST; otherwise undefined. */
  readonly body: unknown;
}

export interface DependencyAnswer {
  /** Default: 200. */
  readonly status?: number;
  readonly body: object;
}

export interface Dependency {
  /** Its initial settings; JSON in the environment variable `TOOFAN_SETTINGS` overrides some. */
  readonly settings?: Partial<DependencySettings>;
  /** How many turns of capacity and rate limit a request takes; default one. */
  units?(request: DependencyRequest): number;
  /** Does the work. A RangeError is the client's fault (400); any other error leaves the outcome open (500). */
  answer(request: DependencyRequest): DependencyAnswer | Promise<DependencyAnswer>;
  /** The price of a unit. Refused (4xx) and unhandled requests cost nothing. */
  readonly pricePaise?: number;
}

/** Units handled and amount due since the process started. */
interface Usage {
  readonly calls: number;
  readonly units: number;
  readonly paise: number;
}

/**
 * A stand-in for a service that a pipeline calls over HTTP, at `PORT` of `HOST` (default: loopback). `GET` and `PUT /settings`
 * read and change its behaviour, effective at once for every later request; `GET /usage` reports what was called and its cost;
 * `GET /healthz` answers while it is up. The work for a request is done whether or not its client still waits.
 */
export function serveDependency(dependency: Dependency): Server {
  const { pricePaise = 0 } = dependency;
  let settings = changedSettings(
    { ...flawless, ...dependency.settings },
    JSON.parse(process.env['TOOFAN_SETTINGS'] ?? '{}'),
  );
  let usage: Usage = { calls: 0, units: 0, paise: 0 };
  const turns = new Turns();

  const respond = async (incoming: IncomingMessage): Promise<DependencyAnswer> => {
    const request = await read(incoming);
    if (request.path === '/healthz') return { body: {} };
    if (request.path === '/usage') return { body: usage };
    if (request.path !== '/settings') return work(request);
    if (request.method === 'PUT') settings = changedSettings(settings, request.body);
    return { body: settings };
  };

  const work = async (request: DependencyRequest): Promise<DependencyAnswer> => {
    const units = Math.max(1, dependency.units?.(request) ?? 1);
    const { status, worked, inMs, lateMs } = turns.next(performance.now(), settings, units);
    if (inMs > 0) await delay(inMs);
    if (!worked) return { status, body: { error: status } };
    const answer = await dependency.answer(request);
    if ((answer.status ?? 200) < 400) {
      usage = { calls: usage.calls + 1, units: usage.units + units, paise: usage.paise + units * pricePaise };
    }
    if (lateMs > 0) await delay(lateMs);
    return status === 200 ? answer : { status, body: { error: status } };
  };

  const server = createServer((incoming, response) => {
    respond(incoming).then(
      (answer) => send(response, answer),
      (error: unknown) => send(response, failure(error)),
    );
  });
  server.listen(Number(process.env['PORT'] ?? 0), process.env['HOST'] ?? '127.0.0.1');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0));
  return server;
}

function send(response: ServerResponse, { status = 200, body }: DependencyAnswer): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

function failure(error: unknown): DependencyAnswer {
  const message = error instanceof Error ? error.message : String(error);
  const isClients = error instanceof RangeError || error instanceof SyntaxError;
  if (!isClients) process.stderr.write(`${message}\n`);
  return { status: isClients ? 400 : 500, body: { error: message } };
}

async function read(incoming: IncomingMessage): Promise<DependencyRequest> {
  const { method = 'GET', url: path = '/' } = incoming;
  if (method !== 'POST' && method !== 'PUT') return { method, path, body: undefined };
  let text = '';
  for await (const chunk of incoming.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length > maxBodyBytes) throw new RangeError('the body is too long');
  }
  return { method, path, body: text === '' ? undefined : JSON.parse(text) };
}
