import { Agent, get } from 'node:http';

/** Recommendations remembered for a fallback; a catalogue is smaller. */
const maxRemembered = 100_000;

export interface RecommendationsOptions {
  readonly baseUrl: string;
  readonly timeoutMs: number;
  readonly atOnce: number;
}

/** What else a shopper may like, asked of the recommendation engine. There is no breaker: every order asks, and waits. */
export class Recommendations {
  readonly #options: RecommendationsOptions;
  readonly #agent: Agent;
  readonly #lastKnown = new Map<string, string>();

  constructor(options: RecommendationsOptions) {
    this.#options = options;
    this.#agent = new Agent({ keepAlive: true, maxSockets: options.atOnce });
  }

  /**
   * JSON of the engine's answer; `cached` asks nobody and gives the last one, null where there was none. Rejects where the
   * engine's answer is not a good one, or not there in time; waiting for one's turn counts.
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
