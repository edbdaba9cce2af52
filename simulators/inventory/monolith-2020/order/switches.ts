import { poolSize } from '../settings.ts';

/** What a responder can turn on a running order worker; as here until then. */
export const initialSwitches = {
  poolSize,
  /** Takes the last known recommendations, or none, without a call. */
  cachedRecommendations: false,
  /** Asks the books instead of the shelf. */
  bypassSync: false,
  /** No recommendations, and orders booked in small batches. */
  simplified: false,
  premiumOnly: false,
  saleFrozen: false,
};

export type OrderSwitches = Readonly<typeof initialSwitches>;
