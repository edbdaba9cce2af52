import type { CatalogueEntry, ExpectedLoad } from '../domain.ts';
import { randomBelow, shuffled, valueChoice, weightedChoice, type WeightedChoice } from '../random.ts';
import { zipfWeight } from '../world-spec.ts';
import { type Amounts, amounts } from './amounts.ts';
import { makeNames, type Names, trades } from './trades-and-names.ts';
import type { WalletWorldSpec } from './spec.ts';

/** What a user sends to another, and what a mule moves on, in rupees: our own choice, below UPI's limit of ₹1 lakh. */
export const betweenUsers = amounts(50, 10_000, 10);
export const fromMules = amounts(2_000, 40_000, 100);

const stream = { userRank: 40, merchantRank: 41, id: 42, trade: 43, name: 50 } as const;

/** Every account that exists when the drill begins. */
export interface Accounts {
  /** User ids in falling order of how often they pay; the honest ones first, `honest` of them, then the mules. */
  readonly userIds: Uint32Array;
  readonly honest: number;
  readonly payers: WeightedChoice;
  /** Merchant numbers by popularity, and what they are paid. */
  readonly merchants: WeightedChoice;
  readonly merchantKey: (rank: number) => string;
  readonly merchantAmounts: (rank: number) => Amounts;
  readonly names: Names;
  readonly catalogue: readonly CatalogueEntry[];
}

/** `u1234`: a user's wallet. */
export const userKey = (id: number): string => `u${id}`;
/** `b1234`: the same user's account at a bank. */
export const bankKey = (id: number): string => `b${id}`;

export function openAccounts(spec: WalletWorldSpec, seed: number): Accounts {
  const { users, merchants, popularity, shares } = spec;
  const mules = shares.mules === 0 ? 0 : Math.max(1, Math.round(users * shares.mules));
  const honest = Math.max(1, users - mules);
  const stride = Math.floor(spec.idSpan / users);
  const order = shuffled(users, seed, stream.userRank);
  const userIds = order.map((user) => user * stride + randomBelow(seed, user, stream.id, stride));
  const merchantOrder = shuffled(merchants, seed, stream.merchantRank);
  const trade = valueChoice(
    trades.map((_, number) => number),
    trades.map(({ weight }) => weight),
  );
  const tradeOf = Uint8Array.from({ length: merchants }, (_, merchant) =>
    trade.at(randomBelow(seed, merchant, stream.trade, 1_000_000) / 1_000_000),
  );
  const amountsOf = trades.map(({ rupees: [from, to] }) => amounts(from, to));
  const names = makeNames(seed, stream.name);
  const merchantAt = (rank: number): number => merchantOrder[rank] ?? 0;
  return {
    userIds,
    honest,
    payers: weightedChoice(Float64Array.from({ length: honest }, (_, rank) => zipfWeight(rank, popularity.users))),
    merchants: weightedChoice(
      Float64Array.from({ length: merchants }, (_, rank) => zipfWeight(rank, popularity.merchants)),
    ),
    merchantKey: (rank) => `m${merchantAt(rank)}`,
    merchantAmounts: (rank) => amountsOf[tradeOf[merchantAt(rank)] ?? 0] ?? betweenUsers,
    names,
    catalogue: [
      ...Array.from(userIds, (id, rank) => ({
        key: userKey(id),
        name: names.person(id),
        category: rank < honest ? 'user' : 'mule',
        pricePaise: 0,
      })),
      ...Array.from(tradeOf, (number, merchant) => ({
        key: `m${merchant}`,
        name: `${names.lastName(merchant)} ${trades[number]?.name ?? ''}`,
        category: 'merchant',
        pricePaise: 0,
      })),
    ],
  };
}

/** One user in so many, spread over the ranks, lives on incoming payments: some payments are declined however long a drill is. */
const poorEvery = 20;
const poorCovers = 0.05;
/** Chance may ask more of a user than expected: opening balances cover so many standard deviations more. */
const cushion = 2;
/** What a merchant can pay back before receiving any payment. */
const till = 10_000_00;

/**
 * Opening balances in paise, by key: a user's expected payments times `coversDemand`, plus a cushion for chance; income during
 * the drill is not counted. Payments have independent amounts, so that their sum has a standard deviation of √n times the root
 * mean square.
 */
export function openingBalances(
  { userIds, honest, payers, merchantKey, merchants, merchantAmounts }: Accounts,
  { shares, opening }: WalletWorldSpec,
  load: ExpectedLoad,
): { key: string; available: number }[] {
  const toMerchants = averageOf(merchants.shares, merchantAmounts);
  const mix = (one: number, other: number) => shares.toMerchants * one + (1 - shares.toMerchants) * other;
  const mean = mix(toMerchants.mean, betweenUsers.mean);
  const rms = Math.sqrt(mix(toMerchants.rms ** 2, betweenUsers.rms ** 2));
  const ofMules = (load.arrivals * shares.mules) / Math.max(1, userIds.length - honest);
  const needs = (payments: number, each: number, spread: number): number =>
    Math.round(opening.coversDemand * payments * each + cushion * Math.sqrt(Math.max(1, payments)) * spread);
  const users = Array.from(userIds, (id, rank) => {
    if (rank >= honest) return { key: userKey(id), available: needs(ofMules, fromMules.mean, fromMules.rms) };
    const payments = load.arrivals * (1 - shares.mules) * (payers.shares[rank] ?? 0);
    const isPoor = rank % poorEvery === poorEvery - 1;
    return {
      key: userKey(id),
      available: isPoor ? Math.round(payments * mean * poorCovers) : needs(payments, mean, rms),
    };
  });
  return [...users, ...Array.from(merchants.shares, (_, rank) => ({ key: merchantKey(rank), available: till }))];
}

function averageOf(weights: Float64Array, of: (rank: number) => Amounts): { mean: number; rms: number } {
  let mean = 0;
  let square = 0;
  weights.forEach((share, rank) => {
    mean += share * of(rank).mean;
    square += share * of(rank).rms ** 2;
  });
  return { mean, rms: Math.sqrt(square) };
}
