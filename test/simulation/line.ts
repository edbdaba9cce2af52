import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** The way from one process to one server, through which nothing comes that is not let through. */
export interface Line {
  readonly port: number;
  /** Cuts every connection and takes no other, for good. */
  end(): void;
}

/**
 * Opens a line on loopback. `pass` is asked before each chunk, whichever way it goes: rejects where the connection is to be cut
 * with the chunk lost.
 */
export async function openLine(to: { host: string; port: number }, pass: () => Promise<void>): Promise<Line> {
  const open = new Set<Socket>();
  const tie = (from: Socket, into: Socket): void => {
    open.add(from);
    from.setNoDelay(true);
    // Its end is told by the loop below.
    from.on('error', () => {});
    from.on('close', () => open.delete(from));
    void carry(from, into, pass).finally(() => {
      from.destroy();
      into.destroy();
    });
  };
  const server = createServer((near) => {
    const far = connect(to);
    tie(near, far);
    tie(far, near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    end: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

async function carry(from: Socket, into: Socket, pass: () => Promise<void>): Promise<void> {
  try {
    for await (const chunk of from) {
      await pass();
      into.write(chunk as Buffer);
    }
  } catch {
    // Cut: by whoever was asked, or by one of its ends.
  }
}
