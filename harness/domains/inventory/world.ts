import type { ExpectedLoad, Operation, World } from '../domain.ts';
import { arrivalsBack, secondAttemptAfter, secondAttempts } from '../second-attempts.ts';
import { randomBelow, randomFloat, shuffled, valueChoice, weightedChoice } from '../random.ts';
import { zipfWeight } from '../world-spec.ts';
import { makeCatalogue } from './products.ts';
import { defaultDoublePress } from './spec.ts';
import type { InventoryWorldSpec } from './spec.ts';
import { allotStock } from './stock.ts';

/** `op = arrival * slotsPerArrival + slot`. */
export const slotsPerArrival = 4;
const slots = ['order', 'cancellation', 'return', 'restock'] as const;
type Slot = 0 | 1 | 2 | 3;

/** Units of an order and of a restock, drawn by weight. */
const orderUnits = { units: [1, 2, 3], weights: [0.7, 0.2, 0.1] } as const;
const restockUnits = { units: [1, 2, 3, 4, 5], weights: [1, 1, 1, 1, 1] } as const;
/** How Indian shoppers pay on a sale day; shares of our own choosing, no published figure. */
const payments = {
  names: ['upi', 'card', 'cash-on-delivery', 'net-banking', 'wallet', 'emi'],
  weights: [0.45, 0.2, 0.18, 0.05, 0.05, 0.07],
} as const;
const shoppers = 20_000_000;
const premiumShare = 0.1;

/** How far back (in arrivals) the order may lie that a cancellation or a return names; at 15,000/s some 2 and 6 s. */
const reach = { cancellation: 30_000, return: 90_000 } as const;

/** One stream of random numbers for each use. */
const stream = {
  product: 1, units: 2, shopper: 3, payment: 4, city: 5, premium: 6, secondPress: 7, secondPressAfter: 12, rank: 8,
  restockProduct: 9, restockUnits: 10, restockCity: 11,
  emitted: [0, 21, 22, 23], distance: [0, 31, 32, 33],
} as const; // prettier-ignore

/** A sale day's shop. Makes the catalogue once; every operation after that is computed from (seed, op) alone. */
export function openInventoryWorld(spec: InventoryWorldSpec, seed: number, load: ExpectedLoad): World {
  // Popularity by product, 0 the most popular: a key tells nothing of its rank.
  const ranks = shuffled(spec.products, seed, stream.rank);
  const isDeal = (product: number): boolean => (ranks[product] ?? 0) < spec.flashDeals;
  const popularity = weightedChoice(Float64Array.from(ranks, (rank) => zipfWeight(rank, spec.popularity)));
  const { entries, cities } = makeCatalogue(spec.products, seed, isDeal);
  const draw = {
    units: valueChoice(orderUnits.units, orderUnits.weights),
    restockUnits: valueChoice(restockUnits.units, restockUnits.weights),
    payment: valueChoice(payments.names, payments.weights),
    city: valueChoice(
      cities,
      cities.map((_, i) => 1 / (i + 1)),
    ),
  };
  const stock = allotStock(load, {
    shares: popularity.shares,
    isDeal,
    coversDemand: spec.stock.coversDemand,
    unitsPerOrder: draw.units.mean,
    unitsPerRestock: draw.restockUnits.mean,
  });
  const share = [1, load.mix['cancellation'] ?? 0, load.mix['return'] ?? 0, load.mix['restock'] ?? 0] as const;
  const doublePress = spec.doublePress ?? defaultDoublePress;

  const product = (arrival: number, from: number) => {
    const entry = entries[popularity.pick(randomFloat(seed, arrival, from))];
    if (entry === undefined) throw new RangeError(`no product for arrival ${arrival}`);
    return entry;
  };
  const emits = (arrival: number, slot: Slot): boolean =>
    slot === 0 || randomFloat(seed, arrival, stream.emitted[slot]) < share[slot];
  const pressesTwice = secondAttempts(seed, doublePress, [stream.secondPress, stream.secondPressAfter]);

  const orderOf = (arrival: number): Operation => {
    const { key, pricePaise } = product(arrival, stream.product);
    const quantity = draw.units.at(randomFloat(seed, arrival, stream.units));
    const shopper = randomBelow(seed, arrival, stream.shopper, shoppers);
    return {
      op: arrival * slotsPerArrival,
      kind: 'order',
      subjectOp: null,
      key,
      otherKey: null,
      quantity,
      amountPaise: quantity * pricePaise,
      class: randomFloat(seed, shopper, stream.premium) < premiumShare ? 'premium' : 'regular',
      detail: {
        shopper: `shopper-${shopper}`,
        city: draw.city.at(randomFloat(seed, shopper, stream.city)),
        payment: draw.payment.at(randomFloat(seed, arrival, stream.payment)),
      },
    };
  };
  /** A cancellation or return takes key, quantity and amount from its order. */
  const givingBack = (arrival: number, slot: 1 | 2): Operation => {
    const kind = slots[slot];
    const order = orderOf(arrival - arrivalsBack(seed, arrival, stream.distance[slot], reach[kind]));
    return { ...order, op: arrival * slotsPerArrival + slot, kind, subjectOp: order.op };
  };
  const restockOf = (arrival: number): Operation => ({
    op: arrival * slotsPerArrival + 3,
    kind: 'restock',
    subjectOp: null,
    key: product(arrival, stream.restockProduct).key,
    otherKey: null,
    quantity: draw.restockUnits.at(randomFloat(seed, arrival, stream.restockUnits)),
    amountPaise: 0,
    class: 'regular',
    detail: { warehouse: draw.city.at(randomFloat(seed, arrival, stream.restockCity)) },
  });

  return {
    catalogue: entries,
    opening: entries.map(({ key }, i) => ({ key, available: stock[i] ?? 0 })),
    arrivalOf: (op) => Math.floor(op / slotsPerArrival),
    operation(op) {
      const arrival = Math.floor(op / slotsPerArrival);
      const slot = op - arrival * slotsPerArrival;
      if (!Number.isSafeInteger(op) || op < 0 || !isSlot(slot) || !emits(arrival, slot)) {
        throw new RangeError(`no operation ${op} in this world`);
      }
      if (slot === 0) return orderOf(arrival);
      return slot === 3 ? restockOf(arrival) : givingBack(arrival, slot);
    },
    arrival(arrival, visit) {
      const first = arrival * slotsPerArrival;
      visit(first, 1);
      for (const slot of [1, 2, 3] as const) if (emits(arrival, slot)) visit(first + slot, 1);
      for (const after of secondAttemptAfter) {
        if (pressesTwice(arrival - after, after)) visit((arrival - after) * slotsPerArrival, 2);
      }
    },
  };
}

const isSlot = (slot: number): slot is Slot => slot === 0 || slot === 1 || slot === 2 || slot === 3;
