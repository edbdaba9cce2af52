/** How many of each class may wait at once; see settings. */
export interface Room {
  readonly regular: number;
  readonly premium: number;
}

type Decided = (answer: string | null) => void;

/**
 * Requests waiting for a decision, by operation. Bounded: those not admitted are turned away before anything is written, premium
 * shoppers last. Answers are remembered for repeated requests; the oldest are forgotten first.
 */
export class WaitingRoom {
  readonly #room: Room;
  readonly #remembered: number;
  readonly #waiting = new Map<number, Decided[]>();
  /** Operations written here; null while undecided. */
  readonly #known = new Map<number, string | null>();

  constructor(room: Room, remembered: number) {
    this.#room = room;
    this.#remembered = remembered;
  }

  get size(): number {
    return this.#waiting.size;
  }

  admits(premium: boolean): boolean {
    return this.size < (premium ? this.#room.premium : this.#room.regular);
  }

  /** Somebody already waits for this one: joining costs nothing more. */
  isAwaited(op: number): boolean {
    return this.#waiting.has(op);
  }

  /** The answer to an operation written here, while it is remembered. */
  answerTo(op: number): string | undefined {
    return this.#known.get(op) ?? undefined;
  }

  /** Resolves with the decision, or with null after `withinMs`. */
  wait(op: number, withinMs: number): Promise<string | null> {
    this.#remember(op, this.#known.get(op) ?? null);
    return new Promise((resolve) => {
      const decided: Decided = (answer) => {
        clearTimeout(patience);
        resolve(answer);
      };
      const patience = setTimeout(() => {
        this.#leave(op, decided);
        resolve(null);
      }, withinMs);
      const others = this.#waiting.get(op);
      if (others === undefined) this.#waiting.set(op, [decided]);
      else others.push(decided);
    });
  }

  /** A decision was read from the log; most are about orders that were not placed here. */
  decide(op: number, answer: string): void {
    if (!this.#known.has(op)) return;
    this.#known.set(op, answer);
    const waiting = this.#waiting.get(op);
    this.#waiting.delete(op);
    waiting?.forEach((decided) => decided(answer));
  }

  #leave(op: number, decided: Decided): void {
    const others = this.#waiting.get(op)?.filter((one) => one !== decided) ?? [];
    if (others.length === 0) this.#waiting.delete(op);
    else this.#waiting.set(op, others);
  }

  #remember(op: number, answer: string | null): void {
    this.#known.set(op, answer);
    if (this.#known.size <= this.#remembered) return;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}
