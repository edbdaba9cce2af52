import type { DependencySettings } from './settings.ts';

/** How long a queue may grow before a request is turned away at once. */
const longestQueueMs = 30_000;

export type Turn =
  | { readonly status: 200 | 500; readonly inMs: number }
  | { readonly status: 429 | 503; readonly inMs: 0 };

/** Decides when each request is answered and how; time comes from outside, ms of any steady clock. */
export class Turns {
  #freeAtMs = 0;
  #second = -1;
  #ofSecond = 0;
  #owedErrors = 0;

  next(nowMs: number, settings: DependencySettings): Turn {
    const { latencyMs, errorShare, capacityPerSecond, rateLimitPerSecond } = settings;
    const second = Math.floor(nowMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#ofSecond = 0;
    }
    this.#ofSecond++;
    if (rateLimitPerSecond !== null && this.#ofSecond > rateLimitPerSecond) return { status: 429, inMs: 0 };
    const startsAtMs = Math.max(nowMs, this.#freeAtMs);
    if (startsAtMs - nowMs > longestQueueMs) return { status: 503, inMs: 0 };
    this.#freeAtMs = startsAtMs + 1000 / capacityPerSecond;
    this.#owedErrors += errorShare;
    const fails = this.#owedErrors >= 1;
    if (fails) this.#owedErrors--;
    return { status: fails ? 500 : 200, inMs: startsAtMs - nowMs + latencyMs };
  }
}
