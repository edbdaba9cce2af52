import { z } from 'zod';
import { share, whereNumbers } from '../world-spec.ts';

/** Who applies, as a scenario says it. All are shares of the applicants, 0 to 1. */
export const kycWorld = z
  .strictObject(
    {
      /** Whose documents belong to somebody else, in part or all of them. */
      impostors: share,
      /** Honest, and something is wrong with what they send: a mistyped number, a phone that is none, a blurred selfie, a name since changed. */
      flawed: share,
      /** Who lose patience and send the same application again; 0.05 where it is left out. */
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
