import { createServer } from 'node:http';
import { usageError } from '../../errors.ts';
import { DrillMetrics } from './drill-metrics.ts';

const host = '127.0.0.1';

interface ServedMetrics extends AsyncDisposable {
  /** Receives what a drill samples. */
  readonly metrics: DrillMetrics;
  readonly url: string;
}

/**
 * `/metrics` for Prometheus and `/targets` for its HTTP service discovery, which finds the processes under test there; on
 * loopback until it is disposed of. Rejects (64) if the port is not available.
 */
export async function serveMetrics(port: number): Promise<ServedMetrics> {
  const metrics = new DrillMetrics();
  const server = createServer((request, response) => {
    const answer = (type: string, body: string) => response.writeHead(200, { 'content-type': type }).end(body);
    if (request.url === '/metrics') {
      metrics.text().then(
        (text) => answer(metrics.contentType, text),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    } else if (request.url === '/targets') answer('application/json', JSON.stringify(metrics.pipelineTargets()));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(notToBeHad(port, error)));
    server.listen(port, host, resolve);
  });
  return {
    metrics,
    url: `http://${host}:${port}/metrics`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function notToBeHad(port: number, { code, message }: NodeJS.ErrnoException): Error {
  const why = code === 'EADDRINUSE' ? 'the port is in use' : message;
  return usageError(`--metrics ${port}: ${why}; choose another, such as --metrics ${port + 1}, or free this one`);
}
