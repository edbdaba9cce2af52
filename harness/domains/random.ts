/**
 * Counter-based random numbers: every number is a pure function of (seed, counter, stream), so any shard can compute any
 * operation without its predecessors.
 *
 * The mix is pcg4d of Jarzynski and Olano, "Hash Functions for GPU Rendering" (JCGT 9(3), 2020): four 32-bit words in, four out,
 * multiplications and shifts only.
 */

const high32 = (counter: number): number => Math.floor(counter / 0x1_0000_0000);

/** The last word of pcg4d; `z` and `w` come out through the two module variables, so that nothing is allocated. */
let lowWord = 0;
function mix(x: number, y: number, z: number, w: number): number {
  x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0;
  y = (Math.imul(y, 1_664_525) + 1_013_904_223) | 0;
  z = (Math.imul(z, 1_664_525) + 1_013_904_223) | 0;
  w = (Math.imul(w, 1_664_525) + 1_013_904_223) | 0;
  x = (x + Math.imul(y, w)) | 0;
  y = (y + Math.imul(z, x)) | 0;
  z = (z + Math.imul(x, y)) | 0;
  w = (w + Math.imul(y, z)) | 0;
  x ^= x >>> 16;
  y ^= y >>> 16;
  z ^= z >>> 16;
  w ^= w >>> 16;
  x = (x + Math.imul(y, w)) | 0;
  y = (y + Math.imul(z, x)) | 0;
  z = (z + Math.imul(x, y)) | 0;
  w = (w + Math.imul(y, z)) | 0;
  lowWord = z >>> 0;
  return w >>> 0;
}

/** A uniform integer in 0 … 2³² − 1. `seed` and `counter` are non-negative safe integers, `stream` names the use. */
export function randomUint32(seed: number, counter: number, stream: number): number {
  return mix(counter | 0, high32(counter), stream, (seed ^ Math.imul(high32(seed), 0x9e37_79b1)) | 0);
}

/** A uniform number in [0, 1) with all 53 bits. */
export function randomFloat(seed: number, counter: number, stream: number): number {
  const high = randomUint32(seed, counter, stream);
  return (high * 0x20_0000 + (lowWord >>> 11)) / 0x20_0000_0000_0000;
}

/** A uniform integer in 0 … bound − 1; `bound` is at most 2³². */
export function randomBelow(seed: number, counter: number, stream: number, bound: number): number {
  return Math.floor((randomUint32(seed, counter, stream) / 0x1_0000_0000) * bound);
}

/** Numbers of 0 … n − 1 drawn by weight, in constant time each (Vose's alias method). */
export interface WeightedChoice {
  /** The number that a uniform `u` in [0, 1) selects. */
  readonly pick: (u: number) => number;
  /** Normalised: they sum to 1. */
  readonly shares: Float64Array;
}

/** `weights` are non-negative and at least one is positive. */
export function weightedChoice(weights: readonly number[] | Float64Array): WeightedChoice {
  const n = weights.length;
  let total = 0;
  for (const weight of weights) total += weight;
  const shares = Float64Array.from(weights, (weight) => weight / total);
  const keep = Float64Array.from(shares, (share) => share * n);
  const alias = new Uint32Array(n);
  const small: number[] = [];
  const large: number[] = [];
  keep.forEach((value, i) => (value < 1 ? small : large).push(i));
  for (let step = 0; step < n; step++) {
    const poor = small.pop();
    const rich = large.pop();
    if (poor === undefined || rich === undefined) {
      // Rounding left only one side over; the rest is whole.
      const last = poor ?? rich;
      if (last === undefined) break;
      keep[last] = 1;
      continue;
    }
    alias[poor] = rich;
    const rest = at(keep, rich) - (1 - at(keep, poor));
    keep[rich] = rest;
    (rest < 1 ? small : large).push(rich);
  }
  const pick = (u: number): number => {
    const scaled = u * n;
    const column = Math.floor(scaled);
    return scaled - column < at(keep, column) ? column : at(alias, column);
  };
  return { pick, shares };
}

/** Values drawn by weight. */
export interface ValueChoice<Value> {
  /** The value that a uniform `u` in [0, 1) selects. */
  at(u: number): Value;
  /** The mean of numbers; NaN for names. */
  readonly mean: number;
}

/** `weights` as in `weightedChoice`, one per value. */
export function valueChoice<Value extends string | number>(
  values: readonly Value[],
  weights: readonly number[],
): ValueChoice<Value> {
  const choice = weightedChoice(weights);
  return {
    at(u) {
      const value = values[choice.pick(u)];
      if (value === undefined) throw new RangeError(`no value for ${u}`);
      return value;
    },
    mean: values.reduce((sum, value, i) => sum + Number(value) * (choice.shares[i] ?? 0), 0),
  };
}

/** The numbers 0 … n − 1 in a seeded random order. */
export function shuffled(n: number, seed: number, stream: number): Uint32Array {
  const numbers = Uint32Array.from({ length: n }, (_, number) => number);
  for (let i = n - 1; i > 0; i--) {
    const j = randomBelow(seed, i, stream, i + 1);
    const swap = at(numbers, i);
    numbers[i] = at(numbers, j);
    numbers[j] = swap;
  }
  return numbers;
}

/** An element that is known to exist. */
function at(array: Float64Array | Uint32Array, index: number): number {
  const value = array[index];
  if (value === undefined) throw new RangeError(`index ${index} of ${array.length}`);
  return value;
}
