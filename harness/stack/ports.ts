import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';

/**
 * Below the ranges from which Linux and macOS take ports for outgoing connections: our port stays free while its server is down
 * between a kill and a start.
 */
const lowest = 10_240;
const highest = 32_000;
const attempts = 200;

/** `count` different ports that nothing listens on; `candidate` suggests one to try. */
export async function freePorts(count: number, candidate = () => randomInt(lowest, highest)): Promise<number[]> {
  const held: Server[] = [];
  const ports: number[] = [];
  for (let attempt = 0; ports.length < count; attempt++) {
    if (attempt === attempts) throw new Error(`no free loopback port found in ${attempts} attempts`);
    const port = candidate();
    const server = await hold(port);
    if (server === undefined) continue;
    held.push(server);
    ports.push(port);
  }
  await Promise.all(held.map(release));
  return ports;
}

/** Whether nothing listens on a port of this machine. */
export async function isFree(port: number): Promise<boolean> {
  const server = await hold(port);
  if (server !== undefined) await release(server);
  return server !== undefined;
}

/** A server on all addresses, to detect servers that listen on all of them too; undefined if the port is in use. */
function hold(port: number): Promise<Server | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen(port, '0.0.0.0', () => resolve(server));
  });
}

const release = (server: Server) => new Promise((closed) => server.close(closed));
