import { randomBelow } from './random.ts';

/** A row of random draws, each a pure function of the seed and of how many came before it. */
export interface Dice {
  /** A whole number of `least` … `most`, a multiple of `step` above `least`. */
  between(least: number, most: number, step?: number): number;
  /** One of them; undefined where there is none. */
  oneOf<Thing>(things: readonly Thing[]): Thing | undefined;
}

/** `stream` names the use, so that two uses of one seed have nothing to do with each other. */
export function diceOf(seed: number, stream: number): Dice {
  let drawn = 0;
  const below = (bound: number) => randomBelow(seed, drawn++, stream, bound);
  return {
    between: (least, most, step = 1) => least + step * below(Math.floor((most - least) / step) + 1),
    oneOf: (things) => (things.length === 0 ? undefined : things[below(things.length)]),
  };
}
