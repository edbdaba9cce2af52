export interface CrisisSettings {
  /** Payments a second above which crisis mode is entered. */
  readonly enterAbove: number;
  /** It is left where the load stays below this … */
  readonly leaveBelow: number;
  /** … for so long. */
  readonly leaveAfterMs: number;
  /** The load is measured over about this long. */
  readonly windowMs: number;
}

/** Whether the load is beyond what the fraud service can look at, measured with hysteresis; time comes from outside, ms of any steady clock. */
export class CrisisMode {
  readonly #settings: CrisisSettings;
  /** Payments of the window; what is older weighs less and less. */
  #weight = 0;
  #at: number | undefined;
  #lowSince: number | undefined;
  #on = false;

  constructor(settings: CrisisSettings) {
    this.#settings = settings;
  }

  /** Counts payments that have just come; whether they are to be handled in crisis mode. */
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
