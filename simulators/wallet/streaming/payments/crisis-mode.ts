export interface CrisisSettings {
  /** Payments per second above which crisis mode begins. */
  readonly enterAbove: number;
  /** It ends when the load stays below this … */
  readonly leaveBelow: number;
  /** … for so long. */
  readonly leaveAfterMs: number;
  /** The measuring window of the load. */
  readonly windowMs: number;
}

/** Whether the load exceeds what the fraud service can check, with hysteresis; time is passed in, ms of any steady clock. */
export class CrisisMode {
  readonly #settings: CrisisSettings;
  /** Payments in the window; older ones weigh less and less. */
  #weight = 0;
  #at: number | undefined;
  #lowSince: number | undefined;
  #on = false;

  constructor(settings: CrisisSettings) {
    this.#settings = settings;
  }

  /** Counts payments that have just arrived; returns whether to handle them in crisis mode. */
  observe(payments: number, nowMs: number): boolean {
    const { enterAbove, leaveBelow, leaveAfterMs, windowMs } = this.#settings;
    const passed = nowMs - (this.#at ?? nowMs);
    this.#at = nowMs;
    this.#weight = this.#weight * Math.exp(-passed / windowMs) + payments;
    const perSecond = (this.#weight * 1000) / windowMs;
    if (perSecond > enterAbove) this.#on = true;
    if (perSecond >= leaveBelow) this.#lowSince = undefined;
    else this.#lowSince ??= nowMs;
    if (this.#lowSince !== undefined && nowMs - this.#lowSince >= leaveAfterMs) this.#on = false;
    return this.#on;
  }
}
