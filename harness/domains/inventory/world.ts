import type { ExpectedLoad, Operation, World } from '../domain.ts';
import { arrivalsBack, secondAttemptAfter, secondAttempts } from '../second-attempts.ts';
import {
  randomBelow,
  randomFloat,
  shuffled,
  type ValueChoice,
  valueChoice,
  type WeightedChoice,
  weightedChoice,
} from '../random.ts';
import { zipfWeight } from '../world-spec.ts';
import { type InventoryCatalogue, makeCatalogue } from './products.ts';
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
/** How Indian shoppers pay on a sale day; our own shares, there is no published figure. */
const payments = {
  names: ['upi', 'card', 'cash-on-delivery', 'net-banking', 'wallet', 'emi'],
  weights: [0.45, 0.2, 0.18, 0.05, 0.05, 0.07],
} as const;
const unitsOfOrder = valueChoice(orderUnits.units, orderUnits.weights);
const unitsOfRestock = valueChoice(restockUnits.units, restockUnits.weights);
const payment = valueChoice(payments.names, payments.weights);
const shoppers = 20_000_000;
const premiumShare = 0.1;

/** How far back (in arrivals) the order of a cancellation or a return may lie; at 15,000/s some 2 and 6 s. */
const reach = { cancellation: 30_000, return: 90_000 } as const;

/** One stream of random numbers per use. */
const stream = {
  product: 1, units: 2, shopper: 3, payment: 4, city: 5, premium: 6, secondPress: 7, secondPressAfter: 12, rank: 8,
  restockProduct: 9, restockUnits: 10, restockCity: 11,
  emitted: [0, 21, 22, 23], distance: [0, 31, 32, 33],
} as const; // prettier-ignore

/** A sale-day shop. Makes the catalogue once; every later operation is computed from (seed, op) alone. */
export function openInventoryWorld(spec: InventoryWorldSpec, seed: number, load: ExpectedLoad): World {
  const sale = new Sale(spec, seed, load);
  const pressesTwice = secondAttempts(seed, spec.doublePress ?? defaultDoublePress, [
    stream.secondPress,
    stream.secondPressAfter,
  ]);
  return {
    catalogue: sale.catalogue,
    opening: sale.opening,
    arrivalOf: (op) => Math.floor(op / slotsPerArrival),
    operation(op) {
      const arrival = Math.floor(op / slotsPerArrival);
      const slot = op - arrival * slotsPerArrival;
      if (!Number.isSafeInteger(op) || op < 0 || !isSlot(slot) || !sale.emits(arrival, slot)) {
        throw new RangeError(`no operation ${op} in this world`);
      }
      if (slot === 0) return sale.orderOf(arrival);
      return slot === 3 ? sale.restockOf(arrival) : sale.givingBack(arrival, slot);
    },
    arrival(arrival, visit) {
      const first = arrival * slotsPerArrival;
      visit(first, 1);
      for (const slot of [1, 2, 3] as const) if (sale.emits(arrival, slot)) visit(first + slot, 1);
      for (const after of secondAttemptAfter) {
        if (pressesTwice(arrival - after, after)) visit((arrival - after) * slotsPerArrival, 2);
      }
    },
  };
}

/** Who orders what, and what is given back and restocked. */
class Sale {
  readonly catalogue: InventoryCatalogue['entries'];
  readonly opening: World['opening'];
  readonly #seed: number;
  readonly #popularity: WeightedChoice;
  readonly #city: ValueChoice<string>;
  /** Operations of an arrival, by slot. */
  readonly #share: readonly [number, number, number, number];

  constructor(spec: InventoryWorldSpec, seed: number, load: ExpectedLoad) {
    this.#seed = seed;
    // Popularity by product, 0 the most popular: a key does not reveal its rank.
    const ranks = shuffled(spec.products, seed, stream.rank);
    const isDeal = (product: number): boolean => (ranks[product] ?? 0) < spec.flashDeals;
    this.#popularity = weightedChoice(Float64Array.from(ranks, (rank) => zipfWeight(rank, spec.popularity)));
    const { entries, cities } = makeCatalogue(spec.products, seed, isDeal);
    const weights = cities.map((_, i) => 1 / (i + 1));
    this.#city = valueChoice(cities, weights);
    const stock = allotStock(load, {
      shares: this.#popularity.shares,
      isDeal,
      coversDemand: spec.stock.coversDemand,
      unitsPerOrder: unitsOfOrder.mean,
      unitsPerRestock: unitsOfRestock.mean,
    });
    this.#share = [1, load.mix['cancellation'] ?? 0, load.mix['return'] ?? 0, load.mix['restock'] ?? 0];
    this.catalogue = entries;
    this.opening = entries.map(({ key }, i) => ({ key, available: stock[i] ?? 0 }));
  }

  emits(arrival: number, slot: Slot): boolean {
    return slot === 0 || this.#draw(arrival, stream.emitted[slot]) < this.#share[slot];
  }

  orderOf(arrival: number): Operation {
    const { key, pricePaise } = this.#product(arrival, stream.product);
    const quantity = unitsOfOrder.at(this.#draw(arrival, stream.units));
    const shopper = randomBelow(this.#seed, arrival, stream.shopper, shoppers);
    return {
      op: arrival * slotsPerArrival,
      kind: 'order',
      subjectOp: null,
      key,
      otherKey: null,
      quantity,
      amountPaise: quantity * pricePaise,
      class: this.#draw(shopper, stream.premium) < premiumShare ? 'premium' : 'regular',
      detail: {
        shopper: `shopper-${shopper}`,
        city: this.#city.at(this.#draw(shopper, stream.city)),
        payment: payment.at(this.#draw(arrival, stream.payment)),
      },
    };
  }

  /** A cancellation or return takes key, quantity and amount from its order. */
  givingBack(arrival: number, slot: 1 | 2): Operation {
    const kind = slots[slot];
    const order = this.orderOf(arrival - arrivalsBack(this.#seed, arrival, stream.distance[slot], reach[kind]));
    return { ...order, op: arrival * slotsPerArrival + slot, kind, subjectOp: order.op };
  }

  restockOf(arrival: number): Operation {
    return {
      op: arrival * slotsPerArrival + 3,
      kind: 'restock',
      subjectOp: null,
      key: this.#product(arrival, stream.restockProduct).key,
      otherKey: null,
      quantity: unitsOfRestock.at(this.#draw(arrival, stream.restockUnits)),
      amountPaise: 0,
      class: 'regular',
      detail: { warehouse: this.#city.at(this.#draw(arrival, stream.restockCity)) },
    };
  }

  #draw(number: number, from: number): number {
    return randomFloat(this.#seed, number, from);
  }

  #product(arrival: number, from: number): InventoryCatalogue['entries'][number] {
    const entry = this.catalogue[this.#popularity.pick(this.#draw(arrival, from))];
    if (entry === undefined) throw new RangeError(`no product for arrival ${arrival}`);
    return entry;
  }
}

const isSlot = (slot: number): slot is Slot => slot === 0 || slot === 1 || slot === 2 || slot === 3;
