import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { askProcess } from './ask-process.ts';

test('a process that sends us elsewhere is not followed', async () => {
  let isFollowed = false;
  const elsewhere = createServer((_, response) => {
    isFollowed = true;
    response.end('ok');
  }).listen(0, '127.0.0.2');
  await once(elsewhere, 'listening');
  const location = `http://127.0.0.2:${(elsewhere.address() as AddressInfo).port}/`;
  const own = createServer((_, response) => response.writeHead(302, { location }).end()).listen(0, '127.0.0.1');
  await once(own, 'listening');
  const { status } = await askProcess({ port: (own.address() as AddressInfo).port }, '/healthz');
  expect([status, isFollowed]).toEqual([302, false]);
  own.close();
  elsewhere.close();
});
