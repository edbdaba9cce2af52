/**
 * Operations in flight, by ticket. A fixed number of slots, the client's buffer: memory does not depend on how slow the system
 * under test is.
 */
export class InFlight {
  readonly capacity: number;
  readonly #ops: Float64Array;
  readonly #arrivals: Uint32Array;
  readonly #attempts: Uint8Array;
  readonly #sentAt: Float64Array;
  /** Free tickets, used from the end. */
  readonly #free: Uint32Array;
  #freeCount: number;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#ops = new Float64Array(capacity);
    this.#arrivals = new Uint32Array(capacity);
    this.#attempts = new Uint8Array(capacity);
    this.#sentAt = new Float64Array(capacity);
    this.#free = Uint32Array.from({ length: capacity }, (_, i) => capacity - 1 - i);
    this.#freeCount = capacity;
  }

  get count(): number {
    return this.capacity - this.#freeCount;
  }

  /** A ticket for an operation; −1 if every slot is taken. */
  enter(op: number, attempt: number, arrival: number, sentAtMs: number): number {
    if (this.#freeCount === 0) return -1;
    const ticket = this.#free[--this.#freeCount] ?? -1;
    this.#ops[ticket] = op;
    this.#attempts[ticket] = attempt;
    this.#arrivals[ticket] = arrival;
    this.#sentAt[ticket] = sentAtMs;
    return ticket;
  }

  op(ticket: number): number {
    return this.#ops[ticket] ?? Number.NaN;
  }

  attempt(ticket: number): number {
    return this.#attempts[ticket] ?? 0;
  }

  arrival(ticket: number): number {
    return this.#arrivals[ticket] ?? 0;
  }

  sentAt(ticket: number): number {
    return this.#sentAt[ticket] ?? Number.NaN;
  }

  leave(ticket: number): void {
    this.#free[this.#freeCount++] = ticket;
  }
}
