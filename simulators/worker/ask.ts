import { Agent, request } from 'node:http';

/**
 * What came of a call. *answered*: it did what it says. *refused* (4xx): it did nothing, and says why. *unknown*: no answer in
 * time, a connection that broke, or a 5xx; whether it was done is open, and only asking again under the same id can tell.
 */
export type Asked =
  | { readonly outcome: 'answered'; readonly body: unknown }
  | { readonly outcome: 'refused'; readonly status: number; readonly body: unknown }
  | { readonly outcome: 'unknown'; readonly why: string };

export interface AskOptions {
  /** From the call to its last byte, ms; waiting for a free connection counts. */
  readonly withinMs: number;
  /** Connections that are kept, and so calls that are under way at once; later ones wait. */
  readonly connections: number;
}

/** Somebody who answers JSON over HTTP. */
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

  /** Never rejects. A POST where there is a `body`, which goes as JSON, else a GET; `withinMs` where this one has its own time. */
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
      // An answer that has come while this process was busy with something else counts: it is read before the check phase.
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
