/** One page on loopback, and events to everybody who has it open, as server-sent events. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { usageError } from '../errors.ts';

export interface LiveServer extends AsyncDisposable {
  /** `http://127.0.0.1:43121/` */
  readonly url: string;
  /** Sends to every open page. Never waits: a page that does not read is dropped. */
  send(event: string, data: unknown): void;
  /**
   * From now on the address serves `page`. Resolves once those who follow the events were told and have loaded it, after a few
   * seconds at the latest, and at once if nobody does.
   */
  replace(page: string): Promise<void>;
}

export interface LiveServerOptions {
  /** 0 for any free one. */
  readonly port: number;
  /** What the address serves. */
  readonly page: string;
  /** What a new reader needs to understand later events; sent as the event `whole`. */
  readonly whole: () => unknown;
}

/** The page is small and on the same machine: a reader with this much unread has stopped reading. */
const mostUnreadBytes = 4_000_000;
const mostConnections = 64;
const lingerMs = 4_000;
/** How long a page waits before it reconnects. */
const retryMs = 1_000;

/** One event in stream format; JSON has no line breaks, so `data` is one line. */
export const eventText = (id: number, event: string, data: unknown): string =>
  `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** A name that only this machine gives itself: any other was pointed here by somebody else's page. */
export const isLoopbackHost = (host: string | undefined): boolean =>
  host !== undefined && /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i.test(host);

/** Listens until it is disposed of. Rejects with a usage error if the port is not available. */
export async function startLiveServer({ port, page, whole }: LiveServerOptions): Promise<LiveServer> {
  let html = page;
  let id = 0;
  const streams = new Set<ServerResponse>();
  /** Readers who were told of the report, and reports that were read. */
  const readers = { told: 0, served: 0, all: Promise.withResolvers<void>() };
  const isFinal = () => html !== page;

  const follow = (response: ServerResponse) => {
    response.writeHead(200, { ...headers, 'content-type': 'text/event-stream' });
    response.on('close', () => streams.delete(response));
    if (isFinal()) readers.told += 1;
    // A page always gets the whole state, so it does not matter what it has missed, or whether this is another drill by now.
    response.write(`retry: ${retryMs}\n\n${eventText(id, 'whole', whole())}`);
    streams.add(response);
  };
  const serve = () => {
    readers.served += 1;
    if (readers.served >= readers.told) readers.all.resolve();
  };
  const give = (response: ServerResponse, method: string | undefined) => {
    if (isFinal() && method === 'GET') response.on('finish', serve);
    response.writeHead(200, { ...headers, 'content-type': 'text/html; charset=utf-8', connection: 'close' }).end(html);
  };
  const send = (event: string, data: unknown) => {
    id += 1;
    if (streams.size === 0) return;
    tellAll(streams, eventText(id, event, data));
  };
  const server = createServer((request, response) => {
    const refused = refusal(request);
    if (refused !== undefined) refuse(response, refused);
    else if (request.url === '/events') follow(response);
    else give(response, request.method);
  });
  keepRoom(server, streams);
  const url = await listen(server, port);

  return {
    url,
    send,
    async replace(final) {
      readers.told = streams.size;
      html = final;
      send('end', whole());
      if (readers.told === 0) return;
      const given = [...streams].map((stream) => Promise.race([flushed(stream), once(stream, 'close')]));
      const all = Promise.all([...given, readers.all.promise]);
      await Promise.race([all, delay(lingerMs, undefined, { ref: false })]);
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const stream of streams) stream.end();
      server.closeIdleConnections();
      // A page whose last bytes are under way gets them; one that does not read is not awaited.
      await Promise.race([closed, delay(200)]);
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A page that does not read is dropped. */
function tellAll(streams: Set<ServerResponse>, text: string): void {
  for (const stream of streams) {
    if (stream.writableLength > mostUnreadBytes) {
      streams.delete(stream);
      stream.destroy();
    } else stream.write(text);
  }
}

/** Resolves once everything written was handed to the kernel. */
const flushed = (stream: ServerResponse): Promise<void> =>
  new Promise((resolve) => void stream.write(':\n\n', () => resolve()));

/** Nobody can lock others out: connections that follow nothing make room first, oldest first; among followers, the newest. */
function keepRoom(server: Server, streams: ReadonlySet<ServerResponse>): void {
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    if (open.size <= mostConnections) return;
    const followed = new Set([...streams].map((stream) => stream.socket));
    const idle = open.values().find((one) => one !== socket && !followed.has(one));
    (idle ?? socket).destroy();
  });
}

const headers = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
};

interface Refusal {
  readonly status: number;
  readonly why: string;
}

function refusal({ headers: { host }, method, url }: IncomingMessage): Refusal | undefined {
  if (!isLoopbackHost(host))
    return { status: 403, why: 'This page is served to this machine only: open it as 127.0.0.1 or localhost.' };
  if (method !== 'GET' && !(method === 'HEAD' && url === '/')) return { status: 405, why: 'This page is read-only.' };
  if (url !== '/' && url !== '/events') return { status: 404, why: 'Nothing here; the page is at /.' };
  return undefined;
}

function refuse(response: ServerResponse, { status, why }: Refusal): void {
  response.writeHead(status, { ...headers, 'content-type': 'text/plain', connection: 'close' }).end(`${why}\n`);
}

async function listen(server: Server, port: number): Promise<string> {
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    const why =
      error instanceof Error && 'code' in error ? (reasons[String(error.code)] ?? error.message) : String(error);
    throw usageError(`--live ${port}: ${why}; choose another port, or leave it out to use any free one`);
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the live page has no port');
  return `http://127.0.0.1:${address.port}/`;
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use',
  EACCES: 'the port is privileged',
};
