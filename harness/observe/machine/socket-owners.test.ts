import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { socketOwners } from './socket-owners.ts';

it.runIf(process.platform === 'linux')('finds who listens on a port, and nobody where nobody does', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connect(port, '127.0.0.1');
  await once(client, 'connect');
  expect(socketOwners([port]).has(process.pid)).toBe(true);
  client.destroy();
  server.close();
  await once(server, 'close');
  expect(socketOwners([1])).toEqual(new Set());
});
