import type { ExpectedLoad, World } from '../domain.ts';
import { secondAttemptAfter, secondAttempts } from '../second-attempts.ts';
import { openAccounts, openingBalances } from './accounts.ts';
import { Evening, isSlot, slotOf, slotsPerArrival, stream } from './evening.ts';
import type { WalletWorldSpec } from './spec.ts';

/** A wallet's evening. Makes the accounts once; every later operation is computed from (seed, op) alone. */
export function openWalletWorld(spec: WalletWorldSpec, seed: number, load: ExpectedLoad): World {
  const accounts = openAccounts(spec, seed);
  const evening = new Evening(accounts, spec, seed, load);
  const comesTwice = ([0, 1, 2] as const).map((slot) =>
    secondAttempts(seed, spec.shares.retries, [stream.retry[slot], stream.retryAfter[slot]]),
  );
  return {
    catalogue: accounts.catalogue,
    opening: openingBalances(accounts, spec, load),
    arrivalOf: (op) => Math.floor(op / slotsPerArrival),
    operation(op) {
      const arrival = Math.floor(op / slotsPerArrival);
      const slot = op - arrival * slotsPerArrival;
      if (!Number.isSafeInteger(op) || op < 0 || !isSlot(slot) || !evening.emits(arrival, slot))
        throw new RangeError(`no operation ${op} in this world`);
      if (slot === slotOf.payment) return evening.paymentOf(arrival);
      if (slot === slotOf.addMoney) return evening.addMoneyOf(arrival);
      return slot === slotOf.registration ? evening.registrationOf(arrival) : evening.refundOf(arrival);
    },
    arrival(arrival, visit) {
      const first = arrival * slotsPerArrival;
      visit(first, 1);
      for (const slot of [1, 2, 3] as const) if (evening.emits(arrival, slot)) visit(first + slot, 1);
      for (const after of secondAttemptAfter) {
        const earlier = arrival - after;
        for (const slot of [0, 1, 2] as const) {
          if (comesTwice[slot]?.(earlier, after) === true && evening.emits(earlier, slot))
            visit(earlier * slotsPerArrival + slot, 2);
        }
      }
    },
  };
}
