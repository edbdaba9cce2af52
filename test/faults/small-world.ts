import { inventory } from 'toofan/domains/inventory';

const spec = {
  products: 50,
  popularity: { distribution: 'zipf', exponent: 1 },
  flashDeals: 0,
  stock: { coversDemand: 1 },
};

/** A shop to strike: fifty products, stock for a thousand orders. */
export const smallWorld = inventory.openWorld(spec, 1, { arrivals: 1_000, arrivalsToMidSurge: 500, mix: {} });
