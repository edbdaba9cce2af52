/** Maximum factor of each step upwards. */
const bracketFactor = 2;

/** Rates are rounded by at most this share of the width, for readability. */
const roundedBy = 0.1;

/**
 * The rates that a search may try: ascending integers from `from` to `to` inclusive, about `width` apart (a share); rates in
 * between are not tried.
 */
export function ratesBetween(from: number, to: number, width: number): number[] {
  const steps = Math.max(1, Math.ceil(Math.log(to / from) / Math.log1p(width) - 1e-9));
  const between = Array.from({ length: steps - 1 }, (_, step) =>
    rounded(from * (to / from) ** ((step + 1) / steps), width),
  );
  return [...new Set([from, ...between.filter((rate) => rate > from && rate < to), to])];
}

/** 12,433 → 12,400 for a width of 5 %. */
function rounded(rate: number, width: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(2 * roundedBy * width * rate)));
  return Math.round(rate / unit) * unit;
}

/** The index of the highest rate that is at most twice that of `level`; at least the next. */
export function doubled(rates: readonly number[], level: number): number {
  const most = (rates[level] ?? 0) * bracketFactor;
  return Math.max(
    level + 1,
    rates.findLastIndex((rate) => rate <= most),
  );
}
