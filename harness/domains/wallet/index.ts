import { commonWords } from '../common-words.ts';
import type { Domain } from '../domain.ts';
import { impact } from './impact.ts';
import { invariants, sliced, staging, turnedAway, wrong } from './invariants/index.ts';
import { reached } from './reached.ts';
import { walletWorld } from './spec.ts';
import type { WalletWorldSpec } from './spec.ts';
import { slotsPerArrival } from './evening.ts';
import { openWalletWorld } from './world.ts';

export { zipf } from '../world-spec.ts';
export type { WalletWorldSpec } from './spec.ts';

/** Accounts and paise: was any money lost, created, moved twice, or moved although denied? */
export const wallet: Domain = {
  name: 'wallet',
  primaryKind: 'payment',
  primaryPlural: 'payments',
  measure: 'paise',
  words: { key: 'account', holds: 'balance' },
  companionKinds: ['add_money', 'refund', 'registration'],
  slotsPerArrival,
  classes: ['premium', 'regular'],
  answers: {
    ...commonWords,
    byKind: {
      payment: ['success', 'declined', 'blocked', 'rejected', 'failed', 'shed'],
      add_money: ['success', 'declined', 'rejected', 'failed', 'shed'],
      refund: ['success', 'declined', 'rejected', 'failed', 'shed'],
      registration: ['registered', 'rejected'],
    },
    served: ['success', 'declined', 'blocked', 'registered'],
  },
  modes: ['full', 'degraded'],
  settles: { answer: 'success', effects: 2 },
  world: walletWorld,
  openWorld: (spec, seed, load) => openWalletWorld(spec as WalletWorldSpec, seed, load),
  sliced,
  staging,
  invariants,
  wrong,
  turnedAway,
  impact,
  reached,
};
