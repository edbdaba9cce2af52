import type { World } from '../../harness/domains/domain.ts';
import { openInventoryWorld } from '../../harness/domains/inventory/world.ts';
import { openWalletWorld } from '../../harness/domains/wallet/world.ts';
import type { Press, Rehearsal } from './rehearsal.ts';

/** A world whose arrivals are sent in forty parts, one after another; `onShare` is called after each. */
interface Flow {
  readonly opening: Readonly<Record<string, number>>;
  readonly send: (rehearsal: Rehearsal, onShare: (share: number) => unknown) => Promise<void>;
}

const shares = 40;
const seed = 7;

const flowOf = (world: World, arrivals: number): Flow => ({
  opening: Object.fromEntries(world.opening.map(({ key, available }) => [key, available])),
  send: async (rehearsal, onShare) => {
    for (let share = 0; share < shares; share++) {
      const sending: Press[] = [];
      for (let arrival = (share * arrivals) / shares; arrival < ((share + 1) * arrivals) / shares; arrival++) {
        world.arrival(arrival, (op, attempt) => sending.push([world.operation(op), attempt]));
      }
      await rehearsal.send(sending);
      await onShare(share);
    }
  },
});

const arrivals = 4_000;
const zipf = { distribution: 'zipf', exponent: 1.07 } as const;
const inventory = flowOf(
  openInventoryWorld(
    { products: 40, popularity: zipf, flashDeals: 4, stock: { coversDemand: 0.6 }, doublePress: 0.05 },
    seed,
    { arrivals, arrivalsToMidSurge: arrivals / 2, mix: { cancellation: 0.1, return: 0.05, restock: 0.05 } },
  ),
  arrivals,
);
/** The opening stock of the flow's world. */
export const { opening, send: flow } = inventory;

/** Few users, most of whom pay more than once, some of them beyond 3,000,000. */
export const walletFlow = flowOf(
  openWalletWorld(
    {
      users: 300,
      idSpan: 4_000_000,
      merchants: 30,
      popularity: { users: zipf, merchants: zipf },
      shares: { toMerchants: 0.6, mules: 0.02, retries: 0.05 },
      opening: { coversDemand: 0.6 },
    },
    seed,
    { arrivals, arrivalsToMidSurge: arrivals / 2, mix: { add_money: 0.05, refund: 0.05, registration: 0.02 } },
  ),
  arrivals,
);
