import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { changedSettings, type DependencySettings } from './settings.ts';
import { Turns } from './turn.ts';

const maxBodyBytes = 64 * 1024;

/**
 * A stand-in for something that a pipeline calls over HTTP, on loopback at `PORT`. `answer` gives the body of a good answer to
 * a path; `GET` and `PUT /settings` read and change how it behaves, at once for every later request; `GET /healthz` answers
 * while it is there.
 */
export function serveDependency(initial: DependencySettings, answer: (path: string) => object): void {
  let settings = initial;
  const turns = new Turns();
  const server = createServer((request, response) => {
    if (request.url === '/healthz') send(response, 200, {});
    else if (request.url === '/settings') void changeSettings(request, response);
    else work(request.url ?? '/', response);
  });
  const work = (path: string, response: ServerResponse): void => {
    const { status, inMs } = turns.next(performance.now(), settings);
    const reply = () => send(response, status, status === 200 ? answer(path) : { error: status });
    if (inMs === 0) reply();
    else setTimeout(reply, inMs);
  };
  const changeSettings = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      if (request.method === 'PUT') settings = changedSettings(settings, JSON.parse(await bodyOf(request)));
      send(response, 200, settings);
    } catch (error) {
      send(response, 400, { error: error instanceof Error ? error.message : String(error) });
    }
  };
  server.listen(Number(process.env['PORT'] ?? 0), '127.0.0.1');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0));
}

const send = (response: ServerResponse, status: number, body: object) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length > maxBodyBytes) throw new RangeError('the body is too long');
  }
  return text;
}
