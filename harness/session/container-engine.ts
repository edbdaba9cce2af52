import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** How to reach a container engine's HTTP API; plain data, so that it can be sent to the janitor. */
export type ContainerEngine =
  | { readonly socketPath: string }
  | {
      readonly host: string;
      readonly port: number;
      readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string };
    };

export interface EngineAnswer {
  readonly status: number;
  /** Parsed if it is one JSON document, else the text. */
  readonly body: unknown;
  readonly bytes: Buffer;
}

/** One request to the engine (`GET`, `/containers/json?all=1`). Rejects if nothing answers within `withinMs`. */
export function askEngine(
  engine: ContainerEngine,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  withinMs: number,
): Promise<EngineAnswer> {
  return new Promise((resolve, reject) => {
    const secured = 'tls' in engine && engine.tls !== undefined;
    const where =
      'socketPath' in engine
        ? { socketPath: engine.socketPath }
        : { host: engine.host, port: engine.port, ...engine.tls };
    const send = secured ? httpsRequest : httpRequest;
    const asked = send({ ...where, method, path, signal: AbortSignal.timeout(withinMs) }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        resolve({ status: response.statusCode ?? 0, body: parsed(bytes.toString()), bytes });
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** The engine also calls newline-delimited JSON documents JSON; those stay text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

const filtered = (labels: readonly string[]) => `filters=${encodeURIComponent(JSON.stringify({ label: labels }))}`;

/**
 * Removes every container (with its anonymous volumes), network and volume that carries all of `labels`; returns how many there
 * were.
 */
export async function removeLabelled(
  engine: ContainerEngine,
  labels: readonly string[],
  withinMs: number,
): Promise<number> {
  const list = async (path: string): Promise<Record<string, unknown>[]> => {
    const { status, body } = await askEngine(engine, 'GET', path, withinMs);
    if (status !== 200) throw new Error(`the container engine answered ${status} to ${path}: ${JSON.stringify(body)}`);
    const rows = Array.isArray(body) ? body : (body as { Volumes: unknown[] | null }).Volumes;
    return (rows ?? []) as Record<string, unknown>[];
  };
  const remove = async (path: string): Promise<void> => {
    const { status, body } = await askEngine(engine, 'DELETE', path, withinMs);
    // 404: already gone. 409: its removal is under way.
    if (status >= 300 && status !== 404 && status !== 409) {
      throw new Error(`the container engine answered ${status} to DELETE ${path}: ${JSON.stringify(body)}`);
    }
  };
  const containers = await list(`/containers/json?all=1&${filtered(labels)}`);
  await Promise.all(containers.map((row) => remove(`/containers/${String(row.Id)}?force=1&v=1`)));
  const networks = await list(`/networks?${filtered(labels)}`);
  await Promise.all(networks.map((row) => remove(`/networks/${String(row.Id)}`)));
  const volumes = await list(`/volumes?${filtered(labels)}`);
  await Promise.all(volumes.map((row) => remove(`/volumes/${String(row.Name)}?force=1`)));
  return containers.length + networks.length + volumes.length;
}
