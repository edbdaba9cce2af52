/** Failures in a row that open it, the time until it is tried again, and the successes that then close it. */
export interface BreakerSettings {
  readonly failures: number;
  readonly recoverAfterMs: number;
  readonly successes: number;
}

export type BreakerState = 'closed' | 'open' | 'half-open';

/** What was not tried, because it had failed too often just before. */
export class BreakerOpen extends Error {
  readonly retryAfterMs: number;

  constructor(name: string, retryAfterMs: number) {
    super(`${name} failed too often; next attempt in ${Math.ceil(retryAfterMs)} ms`);
    this.name = 'BreakerOpen';
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * A circuit breaker as the source has it (2300-2359). Closed: all goes through, and so many failures in a row open it. Open:
 * nothing goes through until its time is over. Half open: all goes through; one failure opens it anew, some successes close it.
 */
export class Breaker {
  readonly name: string;
  readonly #settings: BreakerSettings;
  readonly #now: () => number;
  #state: BreakerState = 'closed';
  #failures = 0;
  #successes = 0;
  #openedAt = 0;

  /** `now` in ms of any steady clock. */
  constructor(name: string, settings: BreakerSettings, now: () => number = () => performance.now()) {
    this.name = name;
    this.#settings = settings;
    this.#now = now;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /**
   * Does the work and counts how it ended; rejects with `BreakerOpen`, and does nothing, while it is open. What is rejected for a
   * reason that says nothing of the other side's health (`isFailure` is false) counts neither way.
   */
  async call<T>(work: () => Promise<T>, isFailure: (error: unknown) => boolean = () => true): Promise<T> {
    const left = this.#openedAt + this.#settings.recoverAfterMs - this.#now();
    if (this.#state === 'open') {
      if (left > 0) throw new BreakerOpen(this.name, left);
      this.#state = 'half-open';
      this.#successes = 0;
    }
    try {
      const result = await work();
      this.#succeeded();
      return result;
    } catch (error) {
      if (isFailure(error)) this.#failed();
      throw error;
    }
  }

  #succeeded(): void {
    // One that was begun before it opened says nothing of how things are now.
    if (this.#state === 'open') return;
    this.#failures = 0;
    if (this.#state === 'half-open' && ++this.#successes >= this.#settings.successes) this.#state = 'closed';
  }

  #failed(): void {
    this.#failures++;
    if (this.#state === 'open') return;
    if (this.#state === 'closed' && this.#failures < this.#settings.failures) return;
    this.#state = 'open';
    this.#openedAt = this.#now();
  }
}
