import { openInventoryWorld } from '../../harness/domains/inventory/world.ts';
import type { Press, Rehearsal } from './rehearsal.ts';

const arrivals = 4_000;
const mix = { cancellation: 0.1, return: 0.05, restock: 0.05 };
const world = openInventoryWorld(
  {
    products: 40,
    popularity: { distribution: 'zipf', exponent: 1.07 },
    flashDeals: 4,
    stock: { coversDemand: 0.6 },
    doublePress: 0.05,
  },
  7,
  { arrivals, arrivalsToMidSurge: arrivals / 2, mix },
);
/** The opening stock of the flow's world. */
export const opening = Object.fromEntries(world.opening.map(({ key, available }) => [key, available]));

/** Sends a world's arrivals in forty shares, one after the other, and tells when each has gone. */
export async function flow(rehearsal: Rehearsal, onShare: (share: number) => unknown): Promise<void> {
  const shares = 40;
  for (let share = 0; share < shares; share++) {
    const sending: Press[] = [];
    for (let arrival = (share * arrivals) / shares; arrival < ((share + 1) * arrivals) / shares; arrival++) {
      world.arrival(arrival, (op, attempt) => sending.push([world.operation(op), attempt]));
    }
    await rehearsal.send(sending);
    await onShare(share);
  }
}
