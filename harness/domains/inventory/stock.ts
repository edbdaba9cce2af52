import type { ExpectedLoad } from '../domain.ts';

/** What the allotment needs to know of the world. */
export interface Demand {
  /** Share of the orders by product number; sums to 1. */
  readonly shares: Float64Array;
  readonly isDeal: (product: number) => boolean;
  readonly coversDemand: number;
  readonly unitsPerOrder: number;
  readonly unitsPerRestock: number;
}

/** At least this share of the units asked for is available, whatever the deals take. */
const leastShare = 0.5;

/**
 * Opening stock by product number. Deals get what will be asked for until mid-surge, so that they sell out then. The rest get
 * enough that everything for sale adds up to `coversDemand` of the demand. Stock that flows back (restocks, cancellations,
 * returns) is counted and subtracted from the opening stock.
 */
export function allotStock(load: ExpectedLoad, demand: Demand): Int32Array {
  const { shares, isDeal, coversDemand, unitsPerOrder, unitsPerRestock } = demand;
  const perArrival = (kind: string): number => load.mix[kind] ?? 0;
  // Per unit asked for: units restocked, and the share of sold units that buyers give back.
  const restocked = (perArrival('restock') * unitsPerRestock) / unitsPerOrder;
  const givenBack = Math.min(0.9, perArrival('cancellation') + perArrival('return'));
  // `covered` of the units asked for can be sold: opening + restocked + givenBack·covered = covered.
  const opening = (units: number, covered: number): number =>
    Math.max(0, units * (covered * (1 - givenBack)) - units * restocked);

  let dealShare = 0;
  shares.forEach((share, product) => (dealShare += isDeal(product) ? share : 0));
  const restShare = 1 - dealShare;
  const toMidSurge = load.arrivals === 0 ? 1 : load.arrivalsToMidSurge / load.arrivals;
  // Deals must wait for the half where nothing else is left to be sold.
  const dealsCovered = Math.max(toMidSurge, dealShare === 0 ? 0 : (leastShare - restShare) / dealShare);
  const restCovered = restShare <= 0 ? 0 : Math.max(0, (coversDemand - dealShare * dealsCovered) / restShare);

  // Rounded along the running sum, so that the total stays right though most products have little demand. A deal sells out at
  // mid-surge only if the restocks before that are counted, and not those after it.
  const stock = new Int32Array(shares.length);
  let exact = 0;
  let allotted = 0;
  shares.forEach((share, product) => {
    const units = share * load.arrivals * unitsPerOrder;
    exact += isDeal(product) ? opening(units * dealsCovered, 1) : opening(units, restCovered);
    const whole = Math.round(exact) - allotted;
    stock[product] = whole;
    allotted += whole;
  });
  return stock;
}
