import type { DependencySettings } from 'toofan';

/** Maximum queue length before a request is turned away at once. */
const longestQueueMs = 30_000;

export interface Turn {
  /** 200: the work is done. 429 and 503: turned away at once. 500: see `worked`. */
  readonly status: 200 | 429 | 500 | 503;
  /** Whether the work is done. */
  readonly worked: boolean;
  /** Time until the work is done, or has failed. */
  readonly inMs: number;
  /** Time from then until the answer. */
  readonly lateMs: number;
}

const turnedAway = (status: 429 | 503): Turn => ({ status, worked: false, inMs: 0, lateMs: 0 });

/** Selects a share of all calls, spread evenly. */
class Share {
  #owed: number;

  constructor(owed = 0) {
    this.#owed = owed;
  }

  strikes(share: number): boolean {
    this.#owed += share;
    if (this.#owed < 1) return false;
    this.#owed--;
    return true;
  }
}

/** Decides when and how each request is handled and answered; time is passed in, ms of any steady clock. */
export class Turns {
  readonly #failing = new Share();
  readonly #failingAfter = new Share();
  /** Half a turn off, so that failing calls are not the late ones. */
  readonly #late = new Share(0.5);
  #freeAtMs = 0;
  #second = -1;
  #ofSecond = 0;

  /** `units`: how much work the request is; a batch is answered when its last unit is done. */
  next(nowMs: number, settings: DependencySettings, units = 1): Turn {
    const second = Math.floor(nowMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#ofSecond = 0;
    }
    const { rateLimitPerSecond } = settings;
    if (rateLimitPerSecond !== null && this.#ofSecond + units > rateLimitPerSecond) return turnedAway(429);
    this.#ofSecond += units;

    const startsAtMs = Math.max(nowMs, this.#freeAtMs);
    if (startsAtMs - nowMs > longestQueueMs) return turnedAway(503);
    const unitMs = 1000 / settings.capacityPerSecond;
    this.#freeAtMs = startsAtMs + units * unitMs;

    const inMs = startsAtMs - nowMs + (units - 1) * unitMs + settings.latencyMs;
    if (this.#failing.strikes(settings.errorShare)) return { status: 500, worked: false, inMs, lateMs: 0 };
    const lateMs = this.#late.strikes(settings.lateShare) ? settings.lateByMs : 0;
    const failsAfter = this.#failingAfter.strikes(settings.errorAfterShare);
    return { status: failsAfter ? 500 : 200, worked: true, inMs, lateMs };
  }
}
