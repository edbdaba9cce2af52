import type { Redis } from 'ioredis';
import { readWholeShelf } from './shelf.ts';

/** A shop's own copy of the shelf, reread periodically; in between it sells what the copy shows. */
export class ShelfCopy {
  readonly #redis: Redis;
  readonly #everyMs: number;
  readonly #onError: (error: unknown) => void;
  #shown: ReadonlyMap<string, number> = new Map();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(redis: Redis, everyMs: number, onError: (error: unknown) => void) {
    this.#redis = redis;
    this.#everyMs = everyMs;
    this.#onError = onError;
  }

  /** Resolves once the shelf was read for the first time. */
  async start(): Promise<void> {
    await this.#redis.connect();
    await this.#read();
    this.#schedule();
  }

  /** Units that the shelf shows; 0 for an unknown product. */
  shows(product: string): number {
    return this.#shown.get(product) ?? 0;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#redis.disconnect();
  }

  #schedule(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#read()
        .catch(this.#onError)
        .finally(() => this.#schedule());
    }, this.#everyMs);
  }

  async #read(): Promise<void> {
    this.#shown = await readWholeShelf(this.#redis);
  }
}
