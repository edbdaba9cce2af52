import { randomBelow } from './random.ts';

/** A sequence of random draws, each a pure function of the seed and its position. */
export interface Dice {
  /** An integer from `least` to `most`, a multiple of `step` above `least`. */
  between(least: number, most: number, step?: number): number;
  /** One of them; undefined if there is none. */
  oneOf<Thing>(things: readonly Thing[]): Thing | undefined;
}

/** `stream` names the use, so that two uses of one seed are independent. */
export function diceOf(seed: number, stream: number): Dice {
  let drawn = 0;
  const below = (bound: number) => randomBelow(seed, drawn++, stream, bound);
  return {
    between: (least, most, step = 1) => least + step * below(Math.floor((most - least) / step) + 1),
    oneOf: (things) => (things.length === 0 ? undefined : things[below(things.length)]),
  };
}
