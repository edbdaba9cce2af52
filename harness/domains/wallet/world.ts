import type { ExpectedLoad, Operation, World } from '../domain.ts';
import { arrivalsBack, secondAttemptAfter, secondAttempts } from '../second-attempts.ts';
import { randomBelow, randomFloat, valueChoice } from '../random.ts';
import { bankKey, betweenUsers, fromMules, openAccounts, openingBalances, userKey } from './accounts.ts';
import type { WalletWorldSpec } from './spec.ts';

/** `op = arrival * slotsPerArrival + slot`. */
export const slotsPerArrival = 4;
type Slot = 0 | 1 | 2 | 3;
const slotOf = { payment: 0, addMoney: 1, refund: 2, registration: 3 } as const;

const premiumShare = 0.1;
/** What people add to a wallet at once, in rupees, drawn by weight. */
const added = { rupees: [200, 500, 1_000, 2_000, 5_000], weights: [2, 4, 4, 2, 1] } as const;
/** Phones by their system; shares of our own choosing. */
const iosShare = 0.05;

/** How far back (in arrivals) the payment may lie that a refund gives back; at 5,000/s some 6 s. */
const reach = 30_000;
/** Arrivals before that one which may be looked at for a payment to a merchant. */
const mostSteps = 16;
/** This share of the refunds names a payment whose arrival is a multiple of `askedTwice`, so that some are asked for twice. */
const askedAgain = 0.1;
const askedTwice = 500;

/** One stream of random numbers for each use. */
const stream = {
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

/** A wallet's evening. Makes the accounts once; every operation after that is computed from (seed, op) alone. */
export function openWalletWorld(spec: WalletWorldSpec, seed: number, load: ExpectedLoad): World {
  const { shares, idSpan } = spec;
  const accounts = openAccounts(spec, seed);
  const { userIds, honest, names } = accounts;
  const mules = userIds.length - honest;
  const addedRupees = valueChoice(added.rupees, added.weights);
  const share = [1, load.mix['add_money'] ?? 0, load.mix['refund'] ?? 0, load.mix['registration'] ?? 0] as const;
  const comesTwice = ([0, 1, 2] as const).map((slot) =>
    secondAttempts(seed, shares.retries, [stream.retry[slot], stream.retryAfter[slot]]),
  );

  const draw = (arrival: number, from: number): number => randomFloat(seed, arrival, from);
  const userId = (rank: number): number => userIds[rank] ?? 0;
  const classOf = (id: number) => (draw(id, stream.premium) < premiumShare ? 'premium' : 'regular');
  const isByMule = (arrival: number): boolean => mules > 0 && draw(arrival, stream.mule) < shares.mules;
  const isToMerchant = (arrival: number): boolean =>
    !isByMule(arrival) && draw(arrival, stream.toMerchant) < shares.toMerchants;

  const payment = (arrival: number): Payment => {
    const [u, v] = [draw(arrival, stream.paise), draw(arrival, stream.rounding)];
    const isMule = isByMule(arrival);
    const rank = isMule
      ? honest + randomBelow(seed, arrival, stream.mulePayer, mules)
      : accounts.payers.pick(draw(arrival, stream.payer));
    const payerId = userId(rank);
    if (isToMerchant(arrival)) {
      const merchant = accounts.merchants.pick(draw(arrival, stream.payee));
      const paise = accounts.merchantAmounts(merchant).paise(u, v);
      return { payerId, isMule, payee: accounts.merchantKey(merchant), paise };
    }
    const other = accounts.payers.pick(draw(arrival, stream.payee));
    // Nobody pays himself: the next one in popularity is paid instead.
    const payee = userKey(userId(other === rank ? (other + 1) % userIds.length : other));
    return { payerId, isMule, payee, paise: (isMule ? fromMules : betweenUsers).paise(u, v) };
  };
  /** The arrival whose payment the refund of this one gives back; undefined where none to a merchant lies near. */
  const refunded = (arrival: number): number | undefined => {
    let from = arrival - arrivalsBack(seed, arrival, stream.distance, reach);
    if (draw(arrival, stream.askedAgain) < askedAgain) from -= from % askedTwice;
    for (let step = 0; step < mostSteps && step <= from; step++) if (isToMerchant(from - step)) return from - step;
    return undefined;
  };
  const emits = (arrival: number, slot: Slot): boolean =>
    slot === 0 ||
    (draw(arrival, stream.emitted[slot]) < share[slot] && (slot !== slotOf.refund || refunded(arrival) !== undefined));

  const paymentOf = (arrival: number): Operation => {
    const { payerId, isMule, payee, paise } = payment(arrival);
    const system = isMule ? 'emulator' : draw(payerId, stream.ios) < iosShare ? 'ios' : 'android';
    return {
      op: arrival * slotsPerArrival,
      kind: 'payment',
      subjectOp: null,
      key: userKey(payerId),
      otherKey: payee,
      quantity: 1,
      amountPaise: paise,
      class: classOf(payerId),
      detail: { device: `${system}-${payerId}` },
    };
  };
  const addMoneyOf = (arrival: number): Operation => {
    const id = userId(accounts.payers.pick(draw(arrival, stream.adder)));
    return {
      op: arrival * slotsPerArrival + slotOf.addMoney,
      kind: 'add_money',
      subjectOp: null,
      key: userKey(id),
      otherKey: bankKey(id),
      quantity: 1,
      amountPaise: addedRupees.at(draw(arrival, stream.added)) * 100,
      class: classOf(id),
      detail: {},
    };
  };
  /** A refund gives the whole payment back, from the merchant to the payer. */
  const refundOf = (arrival: number, of: number): Operation => {
    const { payerId, payee, paise } = payment(of);
    return {
      op: arrival * slotsPerArrival + slotOf.refund,
      kind: 'refund',
      subjectOp: of * slotsPerArrival,
      key: payee,
      otherKey: userKey(payerId),
      quantity: 1,
      amountPaise: paise,
      class: classOf(payerId),
      detail: {},
    };
  };
  /** Whoever registers gets the next id, as a sequence in a database would give it. */
  const registrationOf = (arrival: number): Operation => {
    const id = idSpan + arrival;
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
        phone: `9${String(randomBelow(seed, id, stream.phone, 1_000_000_000)).padStart(9, '0')}`,
        city: names.city(id),
      },
    };
  };

  return {
    catalogue: accounts.catalogue,
    opening: openingBalances(accounts, spec, load),
    arrivalOf: (op) => Math.floor(op / slotsPerArrival),
    operation(op) {
      const arrival = Math.floor(op / slotsPerArrival);
      const slot = op - arrival * slotsPerArrival;
      if (!Number.isSafeInteger(op) || op < 0 || !isSlot(slot) || !emits(arrival, slot))
        throw new RangeError(`no operation ${op} in this world`);
      if (slot === slotOf.payment) return paymentOf(arrival);
      if (slot === slotOf.addMoney) return addMoneyOf(arrival);
      if (slot === slotOf.registration) return registrationOf(arrival);
      return refundOf(arrival, refunded(arrival) ?? arrival);
    },
    arrival(arrival, visit) {
      const first = arrival * slotsPerArrival;
      visit(first, 1);
      for (const slot of [1, 2, 3] as const) if (emits(arrival, slot)) visit(first + slot, 1);
      for (const after of secondAttemptAfter) {
        const earlier = arrival - after;
        for (const slot of [0, 1, 2] as const) {
          if (comesTwice[slot]?.(earlier, after) === true && emits(earlier, slot))
            visit(earlier * slotsPerArrival + slot, 2);
        }
      }
    },
  };
}

const isSlot = (slot: number): slot is Slot => slot === 0 || slot === 1 || slot === 2 || slot === 3;
