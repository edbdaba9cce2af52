import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serve } from './worker-server.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switches-'));
});
afterAll(() => rm(folder, { recursive: true }));

const built = { poolSize: 10, saleFrozen: false };

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A worker's server with these switches; `control` reads and changes them. */
async function started(file: string) {
  const port = await freePort();
  const server = await serve({ port, host: '127.0.0.1', switchesFile: join(folder, file) });
  const turned: (typeof built)[] = [];
  const switches = server.offer(built, (now) => turned.push(now));
  const control = (changes?: object) =>
    fetch(`http://127.0.0.1:${port}/control`, {
      ...(changes !== undefined && { method: 'PUT', body: JSON.stringify(changes) }),
    });
  return { control, switches, turned, [Symbol.asyncDispose]: () => server.close() };
}

it('keeps what was switched for a worker that starts anew, and for the others of its service alone', async () => {
  {
    await using worker = await started('a.json');
    expect(worker.switches.now).toEqual(built);
    expect(await (await worker.control({ poolSize: 20 })).json()).toEqual({ poolSize: 20, saleFrozen: false });
  }
  await using again = await started('a.json');
  expect(again.switches.now).toEqual({ poolSize: 20, saleFrozen: false });
  expect(again.turned).toEqual([{ poolSize: 20, saleFrozen: false }]);
  await using other = await started('b.json');
  expect(await (await other.control()).json()).toEqual(built);
});

it('keeps nothing of a request that it refuses', async () => {
  {
    await using worker = await started('c.json');
    const answers = [await worker.control({ poolSise: 20 }), await worker.control({ poolSize: 20, saleFrozen: 'yes' })];
    expect(answers.map(({ status }) => status)).toEqual([400, 400]);
  }
  await using again = await started('c.json');
  expect(again.switches.now).toEqual(built);
});
