import { poolSize } from '../settings.ts';

/** What a responder can switch on a running order worker; these are the defaults. */
export const initialSwitches = {
  poolSize,
  /** Uses the last known recommendations, or none, without a call. */
  cachedRecommendations: false,
  /** Reads the books instead of the shelf. */
  bypassSync: false,
  /** No recommendations, and orders booked in small batches. */
  simplified: false,
  premiumOnly: false,
  saleFrozen: false,
};

export type OrderSwitches = Readonly<typeof initialSwitches>;
