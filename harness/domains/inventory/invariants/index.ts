import { answerFits, answersAgree, everythingAnswered, noPhantomDecision, oneAnswer } from '../../answers.ts';
import type { Invariant } from '../../domain.ts';
import { booksBalance } from './books-balance.ts';
import { effectsOnce } from './effects-once.ts';
import { noOverpromise } from './no-overpromise.ts';
import { noOversell } from './no-oversell.ts';
import { noUndersell } from './no-undersell.ts';
import { creditedRightly, refusedRightly } from './refused-rightly.ts';
import { promiseKept } from './promise-kept.ts';
import { shelfTruth } from './shelf-truth.ts';

export { staging, wrong } from './staging.ts';

const units = {
  asked: `kind || ' of ' || coalesce(quantity::VARCHAR, '?') || ' units'`,
  harm: 'coalesce(quantity, 1)',
};
const noLostOrder = everythingAnswered('no-lost-order', units, 'the stock was moved for it');
const oneDecision = oneAnswer('one-decision', units);

/** What a shop promises, in the order that a reader should look. */
export const invariants: readonly Invariant[] = [
  noOverpromise,
  noOversell,
  noUndersell,
  noLostOrder,
  noPhantomDecision,
  oneDecision,
  answerFits(units),
  promiseKept,
  refusedRightly,
  creditedRightly,
  booksBalance,
  effectsOnce,
  shelfTruth,
  answersAgree(units),
];
