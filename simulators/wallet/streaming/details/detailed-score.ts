import type { ToReview } from '../review-queue.ts';

/** From this amount on, the amount alone is reason enough to look: UPI's limit of ₹1 lakh. */
const largePaise = 10_000_000;

/**
 * How suspicious a payment that was let through is, 0 to 1, given what is known afterwards; above 0.8 people look at it
 * (4530-4532).
 */
export const detailedScore = ({ paise, payee }: ToReview): number => {
  // Money sent to a person is gone; a merchant can be asked to give it back.
  const toPerson = payee.startsWith('u') ? 0.2 : 0;
  return Math.min(1, toPerson + 0.8 * Math.min(1, paise / largePaise));
};
