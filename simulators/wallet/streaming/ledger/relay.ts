import { outbox } from '../settings.ts';
import type { Ledger } from './ledger.ts';

/**
 * Checks periodically for what a dead worker has left in the outboxes. Several workers may find the same: recipients know what
 * they have, so no lease is needed, and a relay that waits for a shard holds nothing that others need.
 */
export class Relay {
  readonly #ledger: Ledger;
  readonly #onError: (error: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> | undefined;

  constructor(ledger: Ledger, onError: (error: unknown) => void) {
    this.#ledger = ledger;
    this.#onError = onError;
    this.#timer = setInterval(() => {
      this.#looking ??= this.#look();
    }, outbox.everyMs);
  }

  async #look(): Promise<void> {
    try {
      await this.#ledger.settleLeftovers(outbox.olderThanMs);
    } catch (error) {
      this.#onError(error);
    } finally {
      this.#looking = undefined;
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }
}
