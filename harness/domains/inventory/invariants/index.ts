import type { Invariant } from '../../domain.ts';
import { booksBalance } from './books-balance.ts';
import { effectsOnce } from './effects-once.ts';
import { noLostOrder } from './no-lost-order.ts';
import { noOverpromise } from './no-overpromise.ts';
import { noOversell } from './no-oversell.ts';
import { noPhantomDecision } from './no-phantom-decision.ts';
import { noUndersell } from './no-undersell.ts';
import { oneDecision } from './one-decision.ts';
import { promiseKept } from './promise-kept.ts';
import { shelfTruth } from './shelf-truth.ts';

export { staging, wrong } from './staging.ts';

/** What a shop promises, in the order that a reader should look. */
export const invariants: readonly Invariant[] = [
  noOverpromise,
  noOversell,
  noUndersell,
  noLostOrder,
  noPhantomDecision,
  oneDecision,
  promiseKept,
  booksBalance,
  effectsOnce,
  shelfTruth,
];
