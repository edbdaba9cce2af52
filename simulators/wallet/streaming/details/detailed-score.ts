import type { ToReview } from '../review-queue.ts';

/** From here on an amount alone is reason enough to look: the most that UPI lets through at once, ₹1 lakh. */
const largePaise = 10_000_000;

/** How much there is to a payment that was let through, 0 to 1, by what is known of it afterwards; above 0.8 it is for people to look at (4530-4532). */
export const detailedScore = ({ paise, payee }: ToReview): number => {
  // What goes to a person is gone; a merchant can be asked to give it back.
  const toPerson = payee.startsWith('u') ? 0.2 : 0;
  return Math.min(1, toPerson + 0.8 * Math.min(1, paise / largePaise));
};
