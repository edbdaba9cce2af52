import { randomFloat } from '../../harness/domains/random.ts';

/** Draws one after the other; the same seed and stream give the same draws. */
export class Dice {
  readonly #seed: number;
  readonly #stream: number;
  #drawn = 0;

  constructor(seed: number, stream: number) {
    this.#seed = seed;
    this.#stream = stream;
  }

  /** Uniform in [0, 1). */
  float(): number {
    return randomFloat(this.#seed, this.#drawn++, this.#stream);
  }

  chance(share: number): boolean {
    return this.float() < share;
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.float() * (most - least + 1));
  }

  /** One of them; there must be one. */
  oneOf<Thing>(things: readonly Thing[]): Thing {
    const thing = things[this.between(0, things.length - 1)];
    if (thing === undefined) throw new RangeError('nothing to choose from');
    return thing;
  }
}
