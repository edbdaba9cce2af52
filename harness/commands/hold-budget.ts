import type { CapacityHold } from '../capacity/capacity-shape.ts';
import { cliffMs } from '../capacity/cliff.ts';
import { settleMs } from '../capacity/hold-scenario.ts';
import { nextHold } from '../capacity/search.ts';
import { usageError } from '../errors.ts';
import { duration, number } from '../report/format.ts';
import { besideLoadMs, expectedSearch, type PlannedSearch } from './plan-holds.ts';

interface Begun extends Pick<PlannedSearch, 'of'> {
  readonly holds: readonly CapacityHold[];
}

/** The wall time that is left, and what one more hold will take of it. */
export class HoldBudget {
  readonly #begun = performance.now();
  readonly #ms: number;
  readonly #planned: PlannedSearch;
  #besideMs = besideLoadMs;

  constructor(ms: number | undefined, planned: PlannedSearch) {
    this.#ms = ms ?? Number.POSITIVE_INFINITY;
    this.#planned = planned;
  }

  readonly #takesMs = (perSecond: number): number => settleMs + this.#planned.holdMs(perSecond) + this.#besideMs;

  took(perSecond: number, ms: number): void {
    // The first hold has the start of the stack in it: half of what was new is believed at each.
    const besideMs = ms - settleMs - this.#planned.holdMs(perSecond);
    this.#besideMs = (this.#besideMs + Math.max(0, besideMs)) / 2;
  }

  hasTimeFor(perSecond: number): boolean {
    return performance.now() - this.#begun + this.#takesMs(perSecond) <= this.#ms;
  }

  hasTimeForCliff(): boolean {
    return performance.now() - this.#begun + cliffMs + this.#besideMs <= this.#ms;
  }

  /** Refuses (64) a budget in which nothing can be said; says where it will not be enough for all. */
  refuseTooShort({ of, holds }: Begun, note: (line: string) => void): void {
    const { from, to, width, confirm } = of.settings;
    const next = nextHold(of.settings, holds);
    const one = this.#takesMs(next?.perSecond ?? from);
    const least = holds.length > 0 ? one : (1 + confirm) * one;
    if (next !== null && this.#ms < least)
      throw usageError(
        `--budget ${duration(this.#ms)}: too short to say anything; one hold takes about ${duration(one)}${holds.length > 0 ? '' : `, and a rate is named after ${1 + confirm} at the least: ${duration(least)}`}`,
      );
    if (holds.length > 0) return;
    const all = expectedSearch({ from, to, width, confirm }, this.#takesMs);
    note(
      `From ${number(from)} to ${number(to)} per second: at most about ${all.holds} holds in ${duration(all.ms)}${all.ms > this.#ms ? `; the budget of ${duration(this.#ms)} may end before, and --resume goes on` : ''}`,
    );
  }
}
