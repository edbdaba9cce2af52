import type { Redis } from 'ioredis';
import { writeShelf } from './shelf.ts';
import type { ShelfEntry } from './shelf.ts';

export interface ShelfWriterOptions {
  /** All entries from the books, in pages. */
  readonly readAll: () => AsyncIterable<readonly ShelfEntry[]>;
  /** Null writes it once, at the start. */
  readonly refreshEveryMs: number | null;
  /** Called around each write of changes, for crash points. */
  readonly onStep?: (step: 'before' | 'after') => void;
  readonly onError: (error: unknown) => void;
  /** Writes entries to the shelf; default `writeShelf`. */
  readonly write?: typeof writeShelf;
}

/**
 * Keeps the shelf in Redis up to date with the books without ever delaying an order: changes wait in a map with the newest entry
 * per product (bounded by the catalogue) and go out one write at a time. Anything lost on the way, through a crash, or a Redis
 * that was down or emptied, comes back with the next refresh from the books.
 */
export class ShelfWriter {
  readonly #redis: Redis;
  readonly #options: ShelfWriterOptions;
  #changed = new Map<string, ShelfEntry>();
  #writing: Promise<void> | undefined;
  #refreshing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(redis: Redis, options: ShelfWriterOptions) {
    this.#redis = redis;
    this.#options = options;
  }

  /** Connects and writes the whole shelf once; from then on it refreshes itself. */
  async start(): Promise<void> {
    await this.#redis.connect().catch(this.#options.onError);
    await this.#refresh();
    this.#schedule();
  }

  put(entries: Iterable<ShelfEntry>): void {
    for (const entry of entries) this.#changed.set(entry.product, entry);
    this.#writing ??= this.#writeChanges().finally(() => {
      this.#writing = undefined;
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#refreshing;
    await this.#writing;
    this.#redis.disconnect();
  }

  async #writeChanges(): Promise<void> {
    // Terminates: a failed write drops its changes, and no turn begins without new ones.
    while (this.#changed.size > 0) {
      const entries = [...this.#changed.values()];
      this.#changed = new Map();
      this.#options.onStep?.('before');
      await this.#write(entries).catch(this.#options.onError);
      this.#options.onStep?.('after');
    }
  }

  #write(entries: readonly ShelfEntry[]): Promise<void> {
    return (this.#options.write ?? writeShelf)(this.#redis, entries);
  }

  #schedule(): void {
    const { refreshEveryMs } = this.#options;
    if (this.#stopped || refreshEveryMs === null) return;
    this.#timer = setTimeout(() => {
      this.#refreshing = this.#refresh().finally(() => this.#schedule());
    }, refreshEveryMs);
  }

  async #refresh(): Promise<void> {
    try {
      for await (const page of this.#options.readAll()) await this.#write(page);
    } catch (error) {
      this.#options.onError(error);
    }
  }
}
