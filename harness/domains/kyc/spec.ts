import { z } from 'zod';
import { share, whereNumbers } from '../world-spec.ts';

/** Applicants in a scenario. All are shares, 0 to 1. */
export const kycWorld = z
  .strictObject(
    {
      /** Applicants who use somebody else's documents, some or all of them. */
      impostors: share,
      /** Honest applicants with a slip: a mistyped or invalid number, a blurred selfie, a changed name. */
      flawed: share,
      /** Applicants who lose patience and submit the same application again; default 0.05. */
      resubmitted: share.optional(),
    },
    { error: 'must be an object such as { impostors: 0.02, flawed: 0.15 }' },
  )
  .refine(({ impostors, flawed }) => impostors + flawed <= 1, {
    path: ['flawed'],
    error: 'must be at most all with world.impostors',
    when: whereNumbers('impostors', 'flawed'),
  });

export type KycWorldSpec = Readonly<z.infer<typeof kycWorld>>;

export const defaultResubmitted = 0.05;
