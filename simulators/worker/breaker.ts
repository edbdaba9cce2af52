/** Consecutive failures that open it, the time until it is tried again, and the successes that then close it. */
export interface BreakerSettings {
  readonly failures: number;
  readonly recoverAfterMs: number;
  readonly successes: number;
}

export type BreakerState = 'closed' | 'open' | 'half-open';

/** A call that was skipped because too many had just failed. */
export class BreakerOpen extends Error {
  readonly retryAfterMs: number;

  constructor(name: string, retryAfterMs: number) {
    super(`${name} failed too often; next attempt in ${Math.ceil(retryAfterMs)} ms`);
    this.name = 'BreakerOpen';
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * A circuit breaker as in the source (2300-2359). Closed: everything passes, and so many consecutive failures open it. Open:
 * nothing passes until its time is over. Half open: everything passes; one failure reopens it, some successes close it.
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
   * Does the work and counts its result; while open it does nothing and rejects with `BreakerOpen`. Failures that say nothing
   * about the other side's health (`isFailure` is false) do not count.
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
    // A call that began before it opened says nothing about the current state.
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
