/** Amounts of money between two bounds, with small and large ones in proportion (log-uniform). */
export interface Amounts {
  /** Paise for two uniform numbers in [0, 1): the first draws the amount, the second whether it is a whole number of rupees. */
  paise(u: number, v: number): number;
  /** Paise: mean, and root mean square. */
  readonly mean: number;
  readonly rms: number;
}

/** Most prices are whole rupees. */
const withPaise = 0.2;

/** `step` is what people round to, in rupees; amounts lie within `from` … `to` rupees. */
export function amounts(from: number, to: number, step = 1): Amounts {
  const ratio = to / from;
  const log = Math.log(ratio);
  return {
    paise(u, v) {
      const rupees = from * ratio ** u;
      if (step === 1 && v < withPaise) return Math.round(rupees * 100);
      return Math.max(step, Math.round(rupees / step) * step) * 100;
    },
    mean: log === 0 ? from * 100 : ((to - from) / log) * 100,
    rms: log === 0 ? from * 100 : Math.sqrt((to * to - from * from) / (2 * log)) * 100,
  };
}
