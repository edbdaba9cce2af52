/**
 * What clean holds can promise: with 95 % confidence a hold fails no more often than this share, if none of `n` did (1 −
 * 0.05^(1/n); about 3 / n).
 */
export const failsAtMost = (n: number): number => (n === 0 ? 1 : 1 - 0.05 ** (1 / n));
