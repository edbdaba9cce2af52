import { z } from 'zod';
import { share, whereNumbers, zipfPopularity } from '../world-spec.ts';

const mostAccounts = 1_000_000;

/** A wallet's users and merchants, as a scenario says them. */
export const walletWorld = z
  .strictObject(
    {
      /** Users that have an account when the drill begins. Two are needed for one to pay the other. */
      users: z.int().min(2).max(mostAccounts),
      /** Their ids are spread over 0 … idSpan − 1; who registers during the drill gets the ids from there on. */
      idSpan: z.int().min(2).max(1_000_000_000),
      merchants: z.int().min(1).max(mostAccounts),
      /** Who pays, and which merchant is paid. */
      popularity: z.strictObject({ users: zipfPopularity, merchants: zipfPopularity }),
      shares: z.strictObject({
        /** Of the payments: those to merchants; the others go to another user. */
        toMerchants: share,
        /** Of the users: mules; and of the payments: theirs. With mules alone nobody would be left to be honest. */
        mules: share.max(0.5),
        /** Of the payments, of money added and of refunds: those whose impatient client sends them twice. */
        retries: share,
      }),
      opening: z.strictObject({
        /** Paise in users' wallets over the paise that they will be asked to pay. */
        coversDemand: z.number().gt(0).max(100),
      }),
    },
    { error: 'must be an object such as { users: 50_000, idSpan: 4_000_000, … }' },
  )
  .refine(({ users, idSpan }) => users <= idSpan, {
    path: ['idSpan'],
    error: 'must be at least world.users',
    when: whereNumbers('users', 'idSpan'),
  });

export type WalletWorldSpec = Readonly<z.infer<typeof walletWorld>>;
