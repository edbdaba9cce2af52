import type { ExpectedLoad, Operation } from '../domain.ts';
import { randomBelow, randomFloat, valueChoice } from '../random.ts';
import { arrivalsBack } from '../second-attempts.ts';
import { type Accounts, bankKey, betweenUsers, fromMules, userKey } from './accounts.ts';
import type { WalletWorldSpec } from './spec.ts';

/** `op = arrival * slotsPerArrival + slot`. */
export const slotsPerArrival = 4;
export type Slot = 0 | 1 | 2 | 3;
export const slotOf = { payment: 0, addMoney: 1, refund: 2, registration: 3 } as const;

const premiumShare = 0.1;
/** What people add to a wallet at once, in rupees, drawn by weight. */
const added = { rupees: [200, 500, 1_000, 2_000, 5_000], weights: [2, 4, 4, 2, 1] } as const;
/** Phones by operating system; our own shares. */
const iosShare = 0.05;

/** How far back (in arrivals) the payment of a refund may lie; at 5,000/s some 6 s. */
const reach = 30_000;
/** Arrivals before that one that may be searched for a payment to a merchant. */
const mostSteps = 16;
/** This share of the refunds names a payment whose arrival is a multiple of `askedTwice`, so that some are requested twice. */
const askedAgain = 0.1;
const askedTwice = 500;

/** One stream of random numbers per use. */
export const stream = {
  payer: 1, toMerchant: 2, payee: 3, paise: 4, premium: 5, ios: 6, mule: 7, mulePayer: 8, rounding: 9,
  adder: 10, added: 11, askedAgain: 12, distance: 13, phone: 14,
  emitted: [0, 21, 22, 23], retry: [31, 32, 33], retryAfter: [34, 35, 36],
} as const; // prettier-ignore

/** Who pays whom, and how much. */
interface Payment {
  readonly payerId: number;
  readonly isMule: boolean;
  readonly payee: string;
  readonly paise: number;
}

const addedRupees = valueChoice(added.rupees, added.weights);

/** Who pays whom, adds money, asks for refunds and registers, each operation computed from (seed, arrival) alone. */
export class Evening {
  readonly #accounts: Accounts;
  readonly #spec: WalletWorldSpec;
  readonly #seed: number;
  /** Operations of an arrival, by slot. */
  readonly #share: readonly [number, number, number, number];

  constructor(accounts: Accounts, spec: WalletWorldSpec, seed: number, load: ExpectedLoad) {
    this.#accounts = accounts;
    this.#spec = spec;
    this.#seed = seed;
    this.#share = [1, load.mix['add_money'] ?? 0, load.mix['refund'] ?? 0, load.mix['registration'] ?? 0];
  }

  emits(arrival: number, slot: Slot): boolean {
    if (slot === slotOf.payment) return true;
    if (this.#draw(arrival, stream.emitted[slot]) >= this.#share[slot]) return false;
    return slot !== slotOf.refund || this.#refunded(arrival) !== undefined;
  }

  paymentOf(arrival: number): Operation {
    const { payerId, isMule, payee, paise } = this.#payment(arrival);
    const system = isMule ? 'emulator' : this.#draw(payerId, stream.ios) < iosShare ? 'ios' : 'android';
    return {
      op: arrival * slotsPerArrival,
      kind: 'payment',
      subjectOp: null,
      key: userKey(payerId),
      otherKey: payee,
      quantity: 1,
      amountPaise: paise,
      class: this.#classOf(payerId),
      detail: { device: `${system}-${payerId}` },
    };
  }

  addMoneyOf(arrival: number): Operation {
    const id = this.#userId(this.#accounts.payers.pick(this.#draw(arrival, stream.adder)));
    return {
      op: arrival * slotsPerArrival + slotOf.addMoney,
      kind: 'add_money',
      subjectOp: null,
      key: userKey(id),
      otherKey: bankKey(id),
      quantity: 1,
      amountPaise: addedRupees.at(this.#draw(arrival, stream.added)) * 100,
      class: this.#classOf(id),
      detail: {},
    };
  }

  /** A refund gives the whole payment back, from the merchant to the payer. */
  refundOf(arrival: number): Operation {
    const of = this.#refunded(arrival) ?? arrival;
    const { payerId, payee, paise } = this.#payment(of);
    return {
      op: arrival * slotsPerArrival + slotOf.refund,
      kind: 'refund',
      subjectOp: of * slotsPerArrival,
      key: payee,
      otherKey: userKey(payerId),
      quantity: 1,
      amountPaise: paise,
      class: this.#classOf(payerId),
      detail: {},
    };
  }

  /** A new user gets the next id, as from a database sequence. */
  registrationOf(arrival: number): Operation {
    const id = this.#spec.idSpan + arrival;
    const { names } = this.#accounts;
    return {
      op: arrival * slotsPerArrival + slotOf.registration,
      kind: 'registration',
      subjectOp: null,
      key: userKey(id),
      otherKey: null,
      quantity: 1,
      amountPaise: 0,
      class: 'regular',
      detail: {
        name: names.person(id),
        phone: `9${String(randomBelow(this.#seed, id, stream.phone, 1_000_000_000)).padStart(9, '0')}`,
        city: names.city(id),
      },
    };
  }

  #payment(arrival: number): Payment {
    const { userIds, honest, payers, merchants, merchantAmounts, merchantKey } = this.#accounts;
    const [u, v] = [this.#draw(arrival, stream.paise), this.#draw(arrival, stream.rounding)];
    const isMule = this.#isByMule(arrival);
    const rank = isMule
      ? honest + randomBelow(this.#seed, arrival, stream.mulePayer, userIds.length - honest)
      : payers.pick(this.#draw(arrival, stream.payer));
    const payerId = this.#userId(rank);
    if (this.#isToMerchant(arrival)) {
      const merchant = merchants.pick(this.#draw(arrival, stream.payee));
      return { payerId, isMule, payee: merchantKey(merchant), paise: merchantAmounts(merchant).paise(u, v) };
    }
    const other = payers.pick(this.#draw(arrival, stream.payee));
    // Nobody pays themselves: the next one in popularity is paid instead.
    const payee = userKey(this.#userId(other === rank ? (other + 1) % userIds.length : other));
    return { payerId, isMule, payee, paise: (isMule ? fromMules : betweenUsers).paise(u, v) };
  }

  /** The arrival whose payment this refund gives back; undefined if there is no payment to a merchant nearby. */
  #refunded(arrival: number): number | undefined {
    let from = arrival - arrivalsBack(this.#seed, arrival, stream.distance, reach);
    if (this.#draw(arrival, stream.askedAgain) < askedAgain) from -= from % askedTwice;
    for (let step = 0; step < mostSteps && step <= from; step++)
      if (this.#isToMerchant(from - step)) return from - step;
    return undefined;
  }

  #draw(number: number, from: number): number {
    return randomFloat(this.#seed, number, from);
  }

  #userId(rank: number): number {
    return this.#accounts.userIds[rank] ?? 0;
  }

  #classOf(id: number): 'premium' | 'regular' {
    return this.#draw(id, stream.premium) < premiumShare ? 'premium' : 'regular';
  }

  #isByMule(arrival: number): boolean {
    const { userIds, honest } = this.#accounts;
    return userIds.length > honest && this.#draw(arrival, stream.mule) < this.#spec.shares.mules;
  }

  #isToMerchant(arrival: number): boolean {
    return !this.#isByMule(arrival) && this.#draw(arrival, stream.toMerchant) < this.#spec.shares.toMerchants;
  }
}

export const isSlot = (slot: number): slot is Slot => slot === 0 || slot === 1 || slot === 2 || slot === 3;
