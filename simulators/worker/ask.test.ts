import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { Asker } from './ask.ts';

/** A server that answers as the test wants, and a client with two connections. */
async function asked(listener: RequestListener, withinMs = 2_000) {
  const paths: string[] = [];
  const sockets = new Set<unknown>();
  const server = createServer((request, response) => {
    paths.push(`${request.method} ${request.url}`);
    sockets.add(request.socket);
    listener(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const asker = new Asker(`http://127.0.0.1:${port}`, { withinMs, connections: 2 });
  return {
    paths,
    sockets,
    asker,
    [Symbol.asyncDispose]: async () => {
      asker.close();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

it('gives what was answered, and a refusal with what it says', async () => {
  await using bank = await asked((request, response) => {
    let heard = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (heard += chunk));
    request.on('end', () => response.writeHead(request.url === '/409' ? 409 : 200).end(JSON.stringify({ heard })));
  });
  expect(await bank.asker.ask('/a', { paise: 5, to: 'राकेश' })).toEqual({
    outcome: 'answered',
    body: { heard: '{"paise":5,"to":"राकेश"}' },
  });
  expect(await bank.asker.ask('/b')).toEqual({ outcome: 'answered', body: { heard: '' } });
  expect(await bank.asker.ask('/409', {})).toEqual({ outcome: 'refused', status: 409, body: { heard: '{}' } });
  expect(bank.paths).toEqual(['POST /a', 'GET /b', 'POST /409']);
});

it.each<[string, RequestListener, string]>([
  ['there is none in time', () => {}, 'no answer within 100 ms'],
  ['it stops in its middle', (_, response) => void response.write('{'), 'no answer within 100 ms'],
  ['the connection breaks', (request) => request.socket.destroy(), 'socket hang up'],
  [
    'the connection breaks in its middle',
    (request, response) => response.write('{', () => request.socket.destroy()),
    'aborted',
  ],
  ['it is a 500', (_, response) => void response.writeHead(500).end('{}'), 'answered 500'],
  ['it is no JSON', (_, response) => void response.end('<html>'), 'answered 200 without JSON'],
])('does not know what became of it where the answer is none: %s', async (_, listener, why) => {
  await using bank = await asked(listener, 100);
  expect(await bank.asker.ask('/', {})).toEqual({ outcome: 'unknown', why });
});

it('does not know what became of it where nobody listens', async () => {
  const bank = await asked(() => {});
  await bank[Symbol.asyncDispose]();
  expect(await bank.asker.ask('/')).toMatchObject({ outcome: 'unknown', why: expect.stringContaining('ECONNREFUSED') });
});

it('keeps its connections, and counts waiting for one', async () => {
  await using well = await asked((_, response) => void response.end('{}'));
  for (let call = 0; call < 10; call++) await Promise.all([well.asker.ask('/'), well.asker.ask('/')]);
  expect(well.sockets.size).toBe(2);

  await using silent = await asked(() => {}, 150);
  const begun = performance.now();
  const all = await Promise.all(['/1', '/2', '/3'].map((path) => silent.asker.ask(path)));
  expect(performance.now() - begun).toBeLessThan(290);
  expect(all.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown', 'unknown']);
});
