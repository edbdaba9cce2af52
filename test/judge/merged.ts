import type { Judgement } from '../../harness/judge/judgement.ts';
import type { SmallHistory } from './a-history.ts';

/** Distance between the operation numbers and keys of consecutive histories. */
const opsApart = 100_000;
const keysApart = 1_000;

/**
 * Many small histories as one, which share nothing but the drill: each keeps its own operations, keys and accounts, so that one
 * judging finds for each what judging it alone would find, in a fraction of the time. Either all must be drained, or none.
 */
export function merged(histories: readonly SmallHistory[]): SmallHistory {
  const apart = histories.map((history, place) => moved(history, place) as SmallHistory);
  const all = <Value>(of: (history: SmallHistory) => readonly Value[] | undefined): Value[] =>
    apart.flatMap((history) => of(history) ?? []);
  const keyed = <Value>(of: (history: SmallHistory) => Readonly<Record<string, Value>> | undefined) =>
    Object.assign({}, ...apart.map(of)) as Record<string, Value>;
  return {
    ...apart[0],
    opening: keyed(({ opening }) => opening),
    left: keyed(({ left }) => left),
    categories: keyed(({ categories }) => categories),
    ops: all(({ ops }) => ops),
    decisions: all(({ decisions }) => decisions),
    effects: all(({ effects }) => effects),
  };
}

const numbers = new Set(['op', 'of']);
const names = new Set(['key', 'otherKey', 'toldUnder']);
const byKey = new Set(['opening', 'left', 'categories']);

/** A value as it appears in the history at that position. */
function moved(value: unknown, place: number): unknown {
  if (Array.isArray(value)) return value.map((one) => moved(one, place));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([member, of]) => {
      if (numbers.has(member) && typeof of === 'number') return [member, of + place * opsApart];
      if (names.has(member) && typeof of === 'string') return [member, keyAt(of, place)];
      if (byKey.has(member))
        return [member, Object.fromEntries(Object.entries(of as object).map(([key, it]) => [keyAt(key, place), it]))];
      return [member, moved(of, place)];
    }),
  );
}

/** `u1` is `u3001` in the fourth history, and `p` is `p3000`. */
const keyAt = (key: string, place: number): string =>
  key.replace(/\d*$/, (digits) => String(Number(digits) + place * keysApart));

/** Counterexamples of one invariant by the position of their history. */
export function byPlace({ examples }: Judgement['invariants'][number]): ReadonlyMap<number, number> {
  const places = examples.map(({ ops, key }) => {
    const [op] = ops;
    if (op !== undefined) return Math.floor(op / opsApart);
    return Math.floor(Number(/\d+$/.exec(key ?? '')?.[0]) / keysApart);
  });
  return new Map([...Map.groupBy(places, (place) => place)].map(([place, those]) => [place, those.length]));
}
