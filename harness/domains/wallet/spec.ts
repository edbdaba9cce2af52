import { z } from 'zod';
import { share, whereNumbers, zipfPopularity } from '../world-spec.ts';

const mostAccounts = 1_000_000;

/** A wallet's users and merchants in a scenario. */
export const walletWorld = z
  .strictObject(
    {
      /** Users with an account when the drill begins; at least two, so that one can pay the other. */
      users: z.int().min(2).max(mostAccounts),
      /** Their ids are spread over 0 … idSpan − 1; users who register during the drill get ids from there on. */
      idSpan: z.int().min(2).max(1_000_000_000),
      merchants: z.int().min(1).max(mostAccounts),
      /** Who pays, and which merchant is paid. */
      popularity: z.strictObject({ users: zipfPopularity, merchants: zipfPopularity }),
      shares: z.strictObject({
        /** Share of payments that go to merchants; the others go to another user. */
        toMerchants: share,
        /** Share of users that are mules, and their share of the payments. With mules alone nobody would be honest. */
        mules: share.max(0.5),
        /** Share of payments, money added and refunds that an impatient client sends twice. */
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
