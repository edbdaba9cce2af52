import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { freePorts } from './ports.ts';

it('gives different ports on which a server can listen', async () => {
  const ports = await freePorts(20);
  expect(new Set(ports).size).toBe(20);
  for (const port of ports) {
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
  }
});

it('passes over ports that are taken', async () => {
  const [first = 0, second = 0] = await freePorts(2);
  const server = createServer().listen(first, '127.0.0.1');
  await once(server, 'listening');
  try {
    const candidates = [first, second];
    expect(await freePorts(1, () => candidates.shift() ?? 0)).toEqual([second]);
  } finally {
    server.close();
  }
});
