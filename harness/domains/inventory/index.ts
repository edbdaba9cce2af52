import { commonWords } from '../common-words.ts';
import type { Domain } from '../domain.ts';
import { impact } from './impact.ts';
import { invariants, staging, wrong } from './invariants/index.ts';
import { slotsPerArrival, openInventoryWorld } from './world.ts';
import { reached } from './reached.ts';
import { inventoryWorld } from './spec.ts';
import type { InventoryWorldSpec } from './spec.ts';

export { zipf } from '../world-spec.ts';
export type { InventoryWorldSpec } from './spec.ts';

/** Products and units: was anything oversold, lost, or sold twice? */
export const inventory: Domain = {
  name: 'inventory',
  primaryKind: 'order',
  primaryPlural: 'orders',
  measure: 'units',
  words: { key: 'product', holds: 'stock' },
  companionKinds: ['cancellation', 'return', 'restock'],
  slotsPerArrival,
  classes: ['premium', 'regular'],
  answers: {
    ...commonWords,
    byKind: {
      order: ['confirmed', 'sold_out', 'shed', 'rejected', 'cancelled_first', 'revoked'],
      cancellation: ['cancelled', 'refused'],
      return: ['credited', 'refused'],
      restock: ['applied'],
    },
    served: ['confirmed', 'sold_out', 'cancelled_first', 'cancelled', 'refused', 'credited', 'applied', 'revoked'],
  },
  modes: ['full', 'degraded'],
  settles: { answer: 'confirmed', effects: 1 },
  world: inventoryWorld,
  openWorld: (spec, seed, load) => openInventoryWorld(spec as InventoryWorldSpec, seed, load),
  staging,
  invariants,
  wrong,
  impact,
  reached,
};
