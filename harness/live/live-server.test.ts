import { once } from 'node:events';
import { get, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { eventText, isLoopbackHost, startLiveServer } from './live-server.ts';

const start = (whole: () => unknown = () => 'all so far') => startLiveServer({ port: 0, page: '<p>live', whole });

const mebibytes = (n: number) => n * 2 ** 20;

/** Follows the events; `seen` grows as they arrive. */
async function follow(url: string) {
  const asked = get(`${url}events`);
  const [response] = await once(asked, 'response');
  const followed = { seen: '', response, ended: once(response, 'close') };
  response.on('data', (chunk: Buffer) => (followed.seen += chunk.toString()));
  await expect.poll(() => followed.seen).toContain('event: whole');
  return followed;
}

async function ask(url: string, options: Parameters<typeof request>[1] = {}) {
  const asked = request(url, options);
  asked.end();
  const [response] = await once(asked, 'response');
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

test('an event is its number, its name and one line of data', () => {
  expect(eventText(7, 'note', 'two\nlines')).toBe('id: 7\nevent: note\ndata: "two\\nlines"\n\n');
});

test('whoever comes is told the whole first, and then what happens, numbered', async () => {
  const sent: string[] = [];
  await using server = await start(() => sent);
  sent.push('a');
  server.send('note', 'a');
  const followed = await follow(server.url);
  expect(followed.response.headers['content-type']).toBe('text/event-stream');
  server.send('note', 'b');
  await expect
    .poll(() => followed.seen)
    .toBe(`retry: 1000\n\n${eventText(1, 'whole', ['a'])}${eventText(2, 'note', 'b')}`);
});

test('a page that does not read is dropped, and the others are told on', async () => {
  await using server = await start();
  const { port } = new URL(server.url);
  const deaf = connect(Number(port), '127.0.0.1');
  deaf.on('error', () => {});
  deaf.pause();
  deaf.write('GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  const followed = await follow(server.url);
  const bulk = 'x'.repeat(1_000_000);
  const before = process.memoryUsage().arrayBuffers;
  for (let n = 0; n < 30; n++) {
    server.send('note', bulk);
    await delay(5);
  }
  server.send('note', 'last');
  await expect.poll(() => followed.seen.endsWith(eventText(31, 'note', 'last'))).toBe(true);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
  // What was under way arrives; the server ends it.
  let bytes = 0;
  deaf.on('data', (chunk) => (bytes += chunk.length));
  deaf.resume();
  await once(deaf, 'close');
  expect(bytes).toBeLessThan(20_000_000);
});

test.for([
  ['127.0.0.1', true],
  ['127.0.0.1:8080', true],
  ['LOCALHOST:1', true],
  ['[::1]:80', true],
  ['example.com', false],
  ['127.0.0.1.example.com', false],
  ['localhost.example.com:80', false],
  ['10.0.0.1', false],
  [undefined, false],
] as const)('the host %s is of this machine: %s', ([host, expected]) => {
  expect(isLoopbackHost(host)).toBe(expected);
});

test.for([
  { why: 'a name that somebody else made', path: '', options: { headers: { host: 'rebound.example' } }, status: 403 },
  { why: 'the same for events', path: 'events', options: { headers: { host: 'rebound.example' } }, status: 403 },
  { why: 'what is no reading', path: '', options: { method: 'POST' }, status: 405 },
  { why: 'a stream without a body', path: 'events', options: { method: 'HEAD' }, status: 405 },
  { why: 'what is not there', path: 'favicon.ico', options: {}, status: 404 },
])('refuses $why', async ({ path, options, status }) => {
  await using server = await start();
  const answer = await ask(`${server.url}${path}`, options);
  expect(answer.status).toBe(status);
  expect(answer.body).not.toContain('live');
});

test('gives the page, and no other site may read it or keep it', async () => {
  await using server = await start();
  const { status, body, headers } = await ask(server.url);
  expect({ status, body }).toEqual({ status: 200, body: '<p>live' });
  expect(headers['cache-control']).toBe('no-store');
  expect(headers['access-control-allow-origin']).toBeUndefined();
});

test('the report takes the place of the page, and is waited for where somebody follows', async () => {
  await using server = await start();
  const followed = await follow(server.url);
  const replaced = server.replace('<p>report');
  await expect.poll(() => followed.seen).toContain('event: end');
  const early = await Promise.race([replaced.then(() => 'over'), delay(100, 'waiting')]);
  expect(early).toBe('waiting');
  expect((await ask(server.url)).body).toBe('<p>report');
  const begun = performance.now();
  await replaced;
  expect(performance.now() - begun).toBeLessThan(500);
});

test('whoever reads slowly is told to the end, however long that is', async () => {
  let state = 'short';
  await using server = await start(() => state);
  const followed = await follow(server.url);
  followed.response.pause();
  state = 'x'.repeat(mebibytes(30));
  const replaced = server.replace('<p>report');
  await ask(server.url);
  expect(await Promise.race([replaced.then(() => 'over'), delay(100, 'waiting')])).toBe('waiting');
  followed.response.resume();
  await replaced;
  await server[Symbol.asyncDispose]();
  await followed.ended;
  expect(followed.seen.endsWith(`"\n\n:\n\n`)).toBe(true);
});

test('whoever comes while the report is read is waited for too', async () => {
  await using server = await start();
  await follow(server.url);
  const replaced = server.replace('<p>report');
  await follow(server.url);
  await ask(server.url);
  await ask(server.url, { method: 'HEAD' });
  expect(await Promise.race([replaced.then(() => 'over'), delay(100, 'waiting')])).toBe('waiting');
  await ask(server.url);
  await replaced;
});

test('nobody holds the process for more than a few seconds, and nobody at all where nobody follows', async () => {
  const begun = performance.now();
  {
    await using server = await start();
    await ask(server.url);
    await server.replace('<p>report');
  }
  expect(performance.now() - begun).toBeLessThan(1_000);
  const again = performance.now();
  const server = await start();
  const followed = await follow(server.url);
  await server.replace('<p>report');
  await server[Symbol.asyncDispose]();
  await followed.ended;
  expect(performance.now() - again).toBeGreaterThan(3_900);
  expect(performance.now() - again).toBeLessThan(5_500);
});

test('a port that is in use is said to be, with what to do', async () => {
  await using server = await start();
  const { port } = new URL(server.url);
  await expect(startLiveServer({ port: Number(port), page: '', whole: () => null })).rejects.toMatchObject({
    exitCode: 64,
    message: `--live ${port}: the port is in use; choose another port, or leave it out to use any free one`,
  });
});

test('sixty-four idle connections keep out neither who follows already nor who comes', async () => {
  await using server = await start();
  const early = await follow(server.url);
  const { port } = new URL(server.url);
  const idle = Array.from({ length: 80 }, () => connect(Number(port), '127.0.0.1').on('error', () => undefined));
  await Promise.all(idle.map((socket) => once(socket, 'connect')));
  const late = await follow(server.url);
  server.send('note', 'still here');
  await expect.poll(() => early.seen).toContain('still here');
  await expect.poll(() => late.seen).toContain('still here');
  for (const socket of idle) socket.destroy();
});
