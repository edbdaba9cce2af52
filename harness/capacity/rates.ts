/** How far up a bracket goes at each step, at most. */
const bracketFactor = 2;

/** Rates are rounded by at most this share of the width, so that they read well. */
const roundedBy = 0.1;

/**
 * The rates that a search may try, ascending whole numbers from `from` to `to`, both among them, neighbours about `width` apart (a
 * share): what is between two neighbours is not looked into.
 */
export function ratesBetween(from: number, to: number, width: number): number[] {
  const steps = Math.max(1, Math.ceil(Math.log(to / from) / Math.log1p(width) - 1e-9));
  const between = Array.from({ length: steps - 1 }, (_, step) =>
    rounded(from * (to / from) ** ((step + 1) / steps), width),
  );
  return [...new Set([from, ...between.filter((rate) => rate > from && rate < to), to])];
}

/** 12,433 → 12,400 where the width is 5 %. */
function rounded(rate: number, width: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(2 * roundedBy * width * rate)));
  return Math.round(rate / unit) * unit;
}

/** The highest rate that is at most twice that of `level`, by its index; at least the next. */
export function doubled(rates: readonly number[], level: number): number {
  const most = (rates[level] ?? 0) * bracketFactor;
  return Math.max(
    level + 1,
    rates.findLastIndex((rate) => rate <= most),
  );
}
