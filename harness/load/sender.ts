import type { Target } from '../target/target.ts';
import type { LoadDriver, Outcome } from './drivers/driver.ts';
import { InFlight } from './in-flight.ts';
import type { ShardProgress } from './worker-messages.ts';
import type { LoadPlan } from './load-plan.ts';
import type { Sent } from './spool.ts';
import type { WallClock } from './wall-clock.ts';

export interface SenderOptions {
  readonly plan: LoadPlan;
  readonly encode: Target['encode'];
  readonly shard: number;
  readonly shards: number;
  readonly inFlight: number;
  /** If the buffer is full, waits for room instead of failing the operation. */
  readonly waitsForRoom: boolean;
  readonly clock: WallClock;
  readonly record: (sent: Sent) => void;
}

/** Two milliseconds: a shorter tick costs CPU for an invisible gain in send delay, a longer one is visible. */
const tickMs = 2;
/** Operations per turn of the event loop; after a stall the rest follows at once, but acknowledgements get a turn. */
const opsPerTurn = 1_000;
const bufferFull = 'client buffer full';

/**
 * Hands every operation of one shard to the driver at its planned time, whatever the target does: an open model. A late operation
 * is sent late, never skipped; if the buffer is full it fails.
 */
export class Sender {
  readonly #options: SenderOptions;
  readonly #flight: InFlight;
  #driver: LoadDriver | undefined;
  #arrival: number;
  #stopped = false;
  #finish: (() => void) | undefined;
  sent = 0;
  acked = 0;
  failed = 0;
  indeterminate = 0;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#flight = new InFlight(options.inFlight);
    this.#arrival = options.shard;
  }

  get progress(): ShardProgress {
    return { sent: this.sent, acked: this.acked, failed: this.failed + this.indeterminate };
  }

  get inFlight(): number {
    return this.#flight.count;
  }

  /** The driver's callbacks. */
  readonly settle = (tickets: readonly number[], outcome: Outcome, error: string | null): void => {
    const now = this.#options.clock();
    const ackedAt = outcome === 'ok' ? now : Number.NaN;
    for (const ticket of tickets) {
      this.#options.record({
        op: this.#flight.op(ticket),
        attempt: this.#flight.attempt(ticket),
        arrival: this.#flight.arrival(ticket),
        sentAt: this.#flight.sentAt(ticket),
        ackedAt,
        outcome,
        error,
      });
      this.#flight.leave(ticket);
    }
    this.#count(outcome, tickets.length);
  };

  /** Sends everything by the schedule that began at `startsAtMs`; resolves once the last is sent, or after `stop`. */
  async run(driver: LoadDriver, startsAtMs: number): Promise<void> {
    this.#driver = driver;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let soon: NodeJS.Immediate | undefined;
    const turn = (): void => {
      soon = undefined;
      try {
        const more = this.#sendDue(this.#options.clock() - startsAtMs);
        driver.flush();
        if (this.#isOver()) resolve();
        else if (more) soon = setImmediate(turn);
      } catch (error) {
        reject(error);
      }
    };
    const timer = setInterval(() => {
      if (soon === undefined) turn();
    }, tickMs);
    this.#finish = resolve;
    try {
      await promise;
    } finally {
      clearInterval(timer);
      clearImmediate(soon);
    }
  }

  /** Stops sending. */
  stop(): void {
    this.#stopped = true;
    this.#finish?.();
  }

  /** Settles everything in flight: waits for acknowledgements until the deadline and gives up on the rest. */
  async settleAll(deadlineMs: number): Promise<void> {
    const driver = this.#driver;
    if (driver === undefined) return;
    const giveUpAt = performance.now() + deadlineMs;
    while (this.inFlight > 0 && performance.now() < giveUpAt) {
      driver.flush();
      await new Promise((resolve) => setTimeout(resolve, tickMs));
    }
    if (this.inFlight > 0) driver.abandon(`no acknowledgement within ${deadlineMs / 1_000} s of the last send`);
    if (this.inFlight > 0) throw new Error(`${this.inFlight} operations were never settled by the driver`);
  }

  /** This shard's planned operations that were never handed over. */
  countUnsent(): number {
    let unsent = 0;
    const { plan, shards } = this.#options;
    for (let arrival = this.#arrival; arrival < plan.schedule.arrivals; arrival += shards) {
      plan.world.arrival(arrival, (op) => (unsent += plan.isVisitors(arrival, op) ? 0 : 1));
    }
    return unsent;
  }

  #isOver(): boolean {
    return this.#stopped || this.#arrival >= this.#options.plan.schedule.arrivals;
  }

  /** Hands over what is due; returns true if this turn's bound came first. */
  #sendDue(elapsedMs: number): boolean {
    const { plan, shards, waitsForRoom } = this.#options;
    const { schedule, world } = plan;
    const turnEnds = this.sent + opsPerTurn;
    while (!this.#isOver()) {
      // An arrival is handed over whole; `waitsForRoom` leaves room for its companions.
      if (waitsForRoom && this.inFlight > this.#flight.capacity - maxPerArrival) return false;
      if (!waitsForRoom && schedule.timeOf(this.#arrival) > elapsedMs) return false;
      if (this.sent >= turnEnds) return true;
      world.arrival(this.#arrival, this.#handOver);
      this.#arrival += shards;
    }
    return false;
  }

  readonly #handOver = (op: number, attempt: number): void => {
    const { plan, encode, clock, record } = this.#options;
    if (plan.isVisitors(this.#arrival, op)) return;
    const input = encode(plan.world.operation(op), attempt);
    const sentAt = clock();
    this.sent += 1;
    const ticket = this.#flight.enter(op, attempt, this.#arrival, sentAt);
    if (ticket >= 0) {
      this.#driver?.send(input, ticket);
      return;
    }
    record({ op, attempt, arrival: this.#arrival, sentAt, ackedAt: Number.NaN, outcome: 'failed', error: bufferFull });
    this.#count('failed', 1);
  };

  #count(outcome: Outcome, operations: number): void {
    if (outcome === 'ok') this.acked += operations;
    else if (outcome === 'failed') this.failed += operations;
    else this.indeterminate += operations;
  }
}

/** More than any domain's arrival contains. */
const maxPerArrival = 64;
