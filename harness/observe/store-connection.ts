import { Client, type ClientConfig } from 'pg';

/** A connection to look at a store: made when it is first needed, and anew after anything went wrong. */
export class StoreConnection implements AsyncDisposable {
  readonly #config: ClientConfig;
  #client: Client | undefined;

  /** What does not answer within `answersWithinMs` has failed. */
  constructor(config: ClientConfig, answersWithinMs: number) {
    this.#config = { ...config, connectionTimeoutMillis: answersWithinMs, query_timeout: answersWithinMs };
  }

  /** Rejects where the store is away or the query fails; the connection is given up then, as it may hang in the middle. */
  async use<Answer>(ask: (client: Client) => Promise<Answer>): Promise<Answer> {
    try {
      return await ask((this.#client ??= await this.#connect()));
    } catch (error) {
      this.#forget(this.#client);
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client?.end().catch(() => undefined);
    this.#client = undefined;
  }

  async #connect(): Promise<Client> {
    const client = new Client(this.#config);
    client.on('error', () => this.#forget(client));
    await client.connect();
    return client;
  }

  #forget(which: Client | undefined): void {
    if (this.#client === which) this.#client = undefined;
    which?.end().catch(() => undefined);
  }
}
