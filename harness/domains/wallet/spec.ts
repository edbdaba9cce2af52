import { isNumber, isRecord, isWhole, problemsOfPopularity, show, type ZipfPopularity } from '../world-spec.ts';

/** A wallet's users and merchants, as a scenario says them. */
export interface WalletWorldSpec {
  /** Users that have an account when the drill begins. */
  readonly users: number;
  /** Their ids are spread over 0 … idSpan − 1; who registers during the drill gets the ids from there on. */
  readonly idSpan: number;
  readonly merchants: number;
  /** Who pays, and which merchant is paid. */
  readonly popularity: { readonly users: ZipfPopularity; readonly merchants: ZipfPopularity };
  readonly shares: {
    /** Of the payments: those to merchants; the others go to another user. */
    readonly toMerchants: number;
    /** Of the users: mules; and of the payments: theirs. */
    readonly mules: number;
    /** Of the payments, of money added and of refunds: those whose impatient client sends them twice. */
    readonly retries: number;
  };
  readonly opening: {
    /** Paise in users' wallets over the paise that they will be asked to pay. */
    readonly coversDemand: number;
  };
}

const limits = { accounts: 1_000_000, idSpan: 1_000_000_000, coversDemand: 100 } as const;
const members = ['users', 'idSpan', 'merchants', 'popularity', 'shares', 'opening'];
const shareNames = ['toMerchants', 'mules', 'retries'];

/** Problems of a scenario's `world`, each beginning with its path. */
export function validateWorld(spec: unknown): string[] {
  if (!isRecord(spec)) return ['world: must be an object such as { users: 50_000, idSpan: 4_000_000, … }'];
  const { users, idSpan, merchants } = spec;
  return [
    // Two are needed for one to pay the other.
    ...whole('world.users', users, 2, limits.accounts),
    ...whole('world.idSpan', idSpan, isWhole(users) ? users : 2, limits.idSpan),
    ...whole('world.merchants', merchants, 1, limits.accounts),
    ...popularity(spec['popularity']),
    ...shares(spec['shares']),
    ...opening(spec['opening']),
    ...unknownMembers('world', spec, members),
  ];
}

const whole = (path: string, value: unknown, least: number, most: number): string[] =>
  isWhole(value) && value >= least && value <= most
    ? []
    : [`${path}: must be a whole number of ${least} to ${most}, is ${show(value)}`];

function popularity(value: unknown): string[] {
  if (!isRecord(value)) return [`world.popularity: must be { users: zipf(…), merchants: zipf(…) }, is ${show(value)}`];
  return [
    ...['users', 'merchants'].flatMap((name) => problemsOfPopularity(`world.popularity.${name}`, value[name])),
    ...unknownMembers('world.popularity', value, ['users', 'merchants']),
  ];
}

function shares(value: unknown): string[] {
  if (!isRecord(value)) return [`world.shares: must be { toMerchants, mules, retries }, is ${show(value)}`];
  const problems = shareNames.flatMap((name) => {
    const share = value[name];
    // With mules alone nobody would be left to be honest.
    const most = name === 'mules' ? 0.5 : 1;
    return isNumber(share) && share >= 0 && share <= most
      ? []
      : [`world.shares.${name}: must be a share of 0 to ${most}, is ${show(share)}`];
  });
  return [...problems, ...unknownMembers('world.shares', value, shareNames)];
}

function opening(value: unknown): string[] {
  if (!isRecord(value)) return [`world.opening: must be { coversDemand: number }, is ${show(value)}`];
  const { coversDemand } = value;
  return [
    ...(isNumber(coversDemand) && coversDemand > 0 && coversDemand <= limits.coversDemand
      ? []
      : [
          `world.opening.coversDemand: must be a number above 0, at most ${limits.coversDemand}, is ${show(coversDemand)}`,
        ]),
    ...unknownMembers('world.opening', value, ['coversDemand']),
  ];
}

const unknownMembers = (path: string, value: Record<string, unknown>, known: readonly string[]): string[] =>
  Object.keys(value)
    .filter((name) => !known.includes(name))
    .map((name) => `${path}.${name}: unknown; known are ${known.join(', ')}`);
