import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { requireStores } from './silent-stores.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one[Symbol.asyncDispose]();
});

/** The port of a server that answers everything with the same bytes. */
async function answering(bytes: Buffer): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('data', () => socket.write(bytes));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push({
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  });
  return (server.address() as AddressInfo).port;
}

/** An ErrorResponse of Postgres' protocol. */
function postgresError(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeUInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

const login = { host: '127.0.0.1', user: 'u', password: 'p', database: 'd' };
const nowhere = { brokers: ['127.0.0.1:1'] };

it('a server that says no is no server that was ended', async () => {
  const port = await answering(postgresError('28P01', 'password authentication failed for user "u"'));
  const failure = new Error('a query failed');
  await expect(requireStores({ kafka: nowhere, postgres: { main: { ...login, port } } }, failure)).rejects.toThrow(
    'postgres:main is up but refuses: password authentication failed for user "u" (a query failed); fix that, then run again',
  );
  const redis = { host: '127.0.0.1', port: await answering(Buffer.from('-NOAUTH Authentication required.\r\n')) };
  await expect(requireStores({ kafka: nowhere, postgres: {}, redis })).rejects.toThrow(
    /^redis is up but refuses: .*NOAUTH.*; fix that/,
  );
});

it('one that is shutting down, and one that is not there, are silent', async () => {
  const port = await answering(postgresError('57P01', 'terminating connection'));
  const postgres = { main: { ...login, port }, gone: { ...login, port: 1 } };
  await expect(requireStores({ kafka: nowhere, postgres })).rejects.toThrow(
    /^no answer from kafka, postgres:main, postgres:gone: something outside the drill ended or stopped it/,
  );
});
