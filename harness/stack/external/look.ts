/** What a look at somebody else's store has found; a look changes nothing. */
export interface Look {
  /** Why no drill can run on it, a line each: the place, the setting, the mend. */
  readonly problems: readonly string[];
  /** What is in it that no drill has made, and that one would take away. */
  readonly foreign: readonly Foreign[];
}

export interface Foreign {
  /** What the user may call it, unmistakably first: `127.0.0.1:5432/shop`, `shop`. */
  readonly names: readonly [string, ...string[]];
  /** What would go: `public.customers (about 100,000 rows)`. */
  readonly goes: readonly string[];
  /** What is beside it and stays: `schema crm`. */
  readonly stays: readonly string[];
}

export const count = (number: number, one: string, several = `${one}s`): string =>
  `${number.toLocaleString('en')} ${number === 1 ? one : several}`;
