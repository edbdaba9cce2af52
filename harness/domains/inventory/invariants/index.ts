import type { Invariant } from '../../domain.ts';
import { answerFits } from '../../invariants/answer-fits.ts';
import { answersAgree } from '../../invariants/answers-agree.ts';
import { everythingAnswered } from '../../invariants/everything-answered.ts';
import { noPhantomDecision } from '../../invariants/no-phantom-decision.ts';
import { oneAnswer } from '../../invariants/one-answer.ts';
import { booksBalance } from './books-balance.ts';
import { effectsOnce } from './effects-once.ts';
import { noOverpromise } from './no-overpromise.ts';
import { noOversell } from './no-oversell.ts';
import { noUndersell } from './no-undersell.ts';
import { creditedRightly } from './credited-rightly.ts';
import { refusedRightly } from './refused-rightly.ts';
import { promiseKept } from './promise-kept.ts';
import { shelfTruth } from './shelf-truth.ts';

export { staging, wrong } from './staging.ts';

const units = {
  asked: `kind || ' of ' || coalesce(quantity::VARCHAR, '?') || ' units'`,
  harm: 'coalesce(quantity, 1)',
};

/** What a shop promises, in the order in which to look. */
export const invariants: readonly Invariant[] = [
  noOverpromise,
  noOversell,
  noUndersell,
  everythingAnswered('no-lost-order', units, 'the stock was moved for it'),
  noPhantomDecision,
  oneAnswer('one-decision', units),
  answerFits(units),
  promiseKept,
  refusedRightly,
  creditedRightly,
  booksBalance,
  effectsOnce,
  shelfTruth,
  answersAgree(units),
];
