import type { ExpectedLoad } from '../domain.ts';

/** What the allotment must know of the world that it stocks. */
export interface Demand {
  /** Share of the orders by product number; sums to 1. */
  readonly shares: Float64Array;
  readonly isDeal: (product: number) => boolean;
  readonly coversDemand: number;
  readonly unitsPerOrder: number;
  readonly unitsPerRestock: number;
}

/** At least this share of the units asked for can be had, whatever the deals take away. */
const leastShare = 0.5;

/**
 * Opening stock by product number. Deals: what will be asked for until mid-surge, so that they sell out there. The
 * rest: so much that everything that can be sold comes to `coversDemand` of what is asked for. What flows back
 * (restocks, cancellations and returns) is reckoned in and taken off the opening stock.
 */
export function allotStock(load: ExpectedLoad, demand: Demand): Int32Array {
  const { shares, isDeal, coversDemand, unitsPerOrder, unitsPerRestock } = demand;
  const perArrival = (kind: string): number => load.mix[kind] ?? 0;
  // Of one unit asked for: what is restocked, and what buyers give back of a unit that was sold.
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

  // Rounded along the running sum, so that the total stays right where most products have little demand. A deal sells
  // out at mid-surge only if the restocks of the time until then are counted, not those after it.
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
