import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { changedSettings, flawless } from './settings.ts';
import type { DependencySettings } from 'toofan';
import { Turns } from './turn.ts';

const maxBodyBytes = 1024 * 1024;

export interface DependencyRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Of a POST, as its JSON says; undefined otherwise. */
  readonly body: unknown;
}

export interface DependencyAnswer {
  /** 200 where it is left out. */
  readonly status?: number;
  readonly body: object;
}

export interface Dependency {
  /** How it behaves at first; some of them as JSON in `TOOFAN_SETTINGS` of the environment go before these. */
  readonly settings?: Partial<DependencySettings>;
  /** How many turns a request takes, of capacity and rate limit; one where it is left out. */
  units?(request: DependencyRequest): number;
  /** Does the work. A RangeError is the client's fault (400); whatever else it throws leaves the outcome open (500). */
  answer(request: DependencyRequest): DependencyAnswer | Promise<DependencyAnswer>;
  /** What a unit costs whoever asks. What is refused (4xx) or never worked on costs nothing. */
  readonly pricePaise?: number;
}

/** What was worked on and is to be paid, since the process began. */
interface Usage {
  readonly calls: number;
  readonly units: number;
  readonly paise: number;
}

/**
 * A stand-in for something that a pipeline calls over HTTP, at `PORT` of `HOST` (loopback where that is left out). `GET` and `PUT /settings` read and change
 * how it behaves, at once for every later request; `GET /usage` tells what was asked and what that costs; `GET /healthz`
 * answers while it is there. The work on a request is done whether or not its client still waits.
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
