import { Client, type ClientConfig } from 'pg';

/** A connection for observing a store: opened on first use, and reopened after any failure. */
export class StoreConnection implements AsyncDisposable {
  readonly #config: ClientConfig;
  #client: Client | undefined;

  /** No answer within `answersWithinMs` is a failure. */
  constructor(config: ClientConfig, answersWithinMs: number) {
    this.#config = { ...config, connectionTimeoutMillis: answersWithinMs, query_timeout: answersWithinMs };
  }

  /** Rejects if the store is down or the query fails, and drops the connection, since it may hang. */
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
