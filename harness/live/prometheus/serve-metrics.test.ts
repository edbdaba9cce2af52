import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { ExitCode } from '../../exit-code.ts';
import { freePorts } from '../../stack/ports.ts';
import { serveMetrics } from './serve-metrics.ts';

const aPort = async () => (await freePorts(1))[0] ?? 0;

test('serves metrics and targets until it is disposed of', async () => {
  const port = await aPort();
  const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
  {
    await using served = await serveMetrics(port);
    served.metrics.event({ kind: 'fault', name: 'store-kill', stage: 'commanded' });
    const answer = await fetch(served.url);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await answer.text()).toContain('toofan_faults_held{fault="store-kill"} 1');
    expect(await (await get('/targets')).json()).toEqual([]);
    expect((await get('/')).status).toBe(404);
  }
  await expect(get('/metrics')).rejects.toThrow('fetch failed');
});

test('ends although somebody has connected and asks nothing', async () => {
  const port = await aPort();
  const served = await serveMetrics(port);
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write('GET /metrics HTTP/1.1\r\n');
  // In whatever way: a reset connection is no error here.
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await served[Symbol.asyncDispose]();
  await closed;
  expect(socket.destroyed).toBe(true);
});

test('says of a port that is in use which one, and what to do', async () => {
  const port = await aPort();
  await using first = await serveMetrics(port);
  expect(first.url).toBe(`http://127.0.0.1:${port}/metrics`);
  await expect(serveMetrics(port)).rejects.toMatchObject({
    exitCode: ExitCode.usage,
    message: `--metrics ${port}: the port is in use; choose another, such as --metrics ${port + 1}, or free this one`,
  });
});
