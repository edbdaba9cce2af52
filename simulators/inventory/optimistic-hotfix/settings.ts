import { topics } from '../shared/topics.ts';

/** The shop's topic of confirmed orders; the stock keeper consumes it. */
export const confirmedOrders = 'confirmed-orders';

export const shopGroup = 'hotfix-shop';
export const keeperGroup = 'hotfix-stock-keeper';

export const keeperTopics = [confirmedOrders, topics.cancellations, topics.returns, topics.restocks] as const;

/** How often the shop reads the shelf. */
export const shelfPollMs = 100;
export const shelfRefreshEveryMs = 1_500;

/** Attempts at one deduction while its version keeps changing; after that the order is cancelled. */
export const deductionAttempts = 8;
/** Returned units must be booked: this many attempts before the batch is redelivered. */
export const creditAttempts = 200;
