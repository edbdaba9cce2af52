import { Agent, request } from 'node:http';

/**
 * The result of a call. *answered*: done, as it says. *refused* (4xx): not done, with the reason. *unknown*: no answer in time, a
 * broken connection, or a 5xx; whether it was done is open, and only asking again under the same id can tell.
 */
export type Asked =
  | { readonly outcome: 'answered'; readonly body: unknown }
  | { readonly outcome: 'refused'; readonly status: number; readonly body: unknown }
  | { readonly outcome: 'unknown'; readonly why: string };

export interface AskOptions {
  /** From the call to its last byte, ms; includes waiting for a free connection. */
  readonly withinMs: number;
  /** Number of connections kept, and so of concurrent calls; later ones wait. */
  readonly connections: number;
}

/** A service that answers JSON over HTTP. */
export class Asker {
  readonly baseUrl: string;
  readonly #withinMs: number;
  readonly #agent: Agent;

  /** `baseUrl`: `http://127.0.0.1:4711`. */
  constructor(baseUrl: string, { withinMs, connections }: AskOptions) {
    this.baseUrl = baseUrl;
    this.#withinMs = withinMs;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections, maxFreeSockets: connections });
  }

  /** Never rejects. A POST with `body` as JSON if there is one, otherwise a GET; `withinMs` overrides the timeout. */
  ask(path: string, body?: object, withinMs = this.#withinMs): Promise<Asked> {
    return new Promise((resolve) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const call = request(`${this.baseUrl}${path}`, {
        agent: this.#agent,
        method: text === undefined ? 'GET' : 'POST',
        ...(text !== undefined && {
          headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
        }),
      });
      const giveUp = () => call.destroy(new Error(`no answer within ${withinMs} ms`));
      // An answer that arrived while this process was busy still counts: it is read before the check phase.
      const patience = setTimeout(() => setImmediate(giveUp), withinMs);
      const end = (asked: Asked): void => {
        clearTimeout(patience);
        resolve(asked);
      };
      const lost = ({ message }: Error) => end({ outcome: 'unknown', why: message });
      call.on('error', lost);
      call.on('response', (response) => {
        let answer = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          answer += chunk;
        });
        response.on('error', lost);
        response.on('end', () => end(readAnswer(response.statusCode ?? 0, answer)));
      });
      call.end(text);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function readAnswer(status: number, text: string): Asked {
  if (status >= 500) return { outcome: 'unknown', why: `answered ${status}` };
  try {
    const body: unknown = JSON.parse(text);
    return status < 400 ? { outcome: 'answered', body } : { outcome: 'refused', status, body };
  } catch {
    return { outcome: 'unknown', why: `answered ${status} without JSON` };
  }
}
