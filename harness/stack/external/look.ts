/** The result of checking an external store; checking changes nothing. */
export interface Look {
  /** Why no drill can run on it, one line each: the place, the setting, the fix. */
  readonly problems: readonly string[];
  /** Contents that no drill has created, and that one would remove. */
  readonly foreign: readonly Foreign[];
}

export interface Foreign {
  /** Names that the user may use for it, the unambiguous one first: `127.0.0.1:5432/shop`, `shop`. */
  readonly names: readonly [string, ...string[]];
  /** What would be removed: `public.customers (about 100,000 rows)`. */
  readonly goes: readonly string[];
  /** What stays: `schema crm`. */
  readonly stays: readonly string[];
}

export const count = (number: number, one: string, several = `${one}s`): string =>
  `${number.toLocaleString('en')} ${number === 1 ? one : several}`;
