import { Agent, get } from 'node:http';

/** Recommendations kept for a fallback; a catalogue is smaller. */
const maxRemembered = 100_000;

export interface RecommendationsOptions {
  readonly baseUrl: string;
  readonly timeoutMs: number;
  readonly atOnce: number;
}

/** What else a shopper may like, from the recommendation engine. There is no breaker: every order asks, and waits. */
export class Recommendations {
  readonly #options: RecommendationsOptions;
  readonly #agent: Agent;
  readonly #lastKnown = new Map<string, string>();

  constructor(options: RecommendationsOptions) {
    this.#options = options;
    this.#agent = new Agent({ keepAlive: true, maxSockets: options.atOnce });
  }

  /**
   * The engine's answer as JSON; `cached` returns the last one without a call, null if there was none. Rejects if the answer is
   * bad or late, waiting for a turn included.
   */
  async about(product: string, cached: boolean): Promise<string | null> {
    if (cached) return this.#lastKnown.get(product) ?? null;
    const answer = await this.#get(`${this.#options.baseUrl}/?product=${encodeURIComponent(product)}`);
    if (this.#lastKnown.size < maxRemembered) this.#lastKnown.set(product, answer);
    return answer;
  }

  close(): void {
    this.#agent.destroy();
  }

  #get(url: string): Promise<string> {
    const { timeoutMs } = this.#options;
    return new Promise((resolve, reject) => {
      const request = get(url, { agent: this.#agent }, (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          body += chunk;
        });
        response.on('error', reject);
        response.on('end', () => {
          if (response.statusCode === 200) resolve(body);
          else reject(new Error(`recommendations answered ${response.statusCode}`));
        });
      });
      const patience = setTimeout(
        () => request.destroy(new Error(`no recommendations within ${timeoutMs} ms`)),
        timeoutMs,
      );
      request.on('error', reject);
      request.on('close', () => clearTimeout(patience));
    });
  }
}
