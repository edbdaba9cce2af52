import type { Dice } from './dice.ts';
import type { Count } from './simulated-group.ts';

/** What may befall a process at anything that it sends or receives. */
export type Mishap =
  /** SIGKILL; what it was about to send or to hear is lost. */
  | { readonly kind: 'crash' }
  /** The group goes on without it; afterwards it goes on where it stood. */
  | { readonly kind: 'freeze'; readonly forMs: number }
  /** This connection breaks, and with it what was on it. */
  | { readonly kind: 'cut' };

const names = { crash: 'crashes', freeze: 'freezes', cut: 'connections cut' } as const;
const kinds = ['crash', 'freeze', 'freeze', 'cut'] as const;
const rate = 0.04;

/** Draws mishaps, so many in all: afterwards everything goes well, and the simulation comes to its end. */
export class Mishaps {
  readonly #dice: Dice;
  readonly #count: Count;
  #left: number;

  constructor(dice: Dice, most: number, count: Count) {
    this.#dice = dice;
    this.#count = count;
    this.#left = most;
  }

  next(): Mishap | undefined {
    if (this.#left === 0 || !this.#dice.chance(rate)) return undefined;
    this.#left--;
    const kind = this.#dice.oneOf(kinds);
    this.#count(names[kind]);
    return kind === 'freeze' ? { kind, forMs: this.#dice.between(1, 30) } : { kind };
  }
}
