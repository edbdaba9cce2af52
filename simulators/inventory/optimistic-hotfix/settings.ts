import { topics } from '../shared/topics.ts';

/** The shop's topic of what it confirmed; the stock keeper works it off. */
export const confirmedOrders = 'confirmed-orders';

export const shopGroup = 'hotfix-shop';
export const keeperGroup = 'hotfix-stock-keeper';

export const keeperTopics = [confirmedOrders, topics.cancellations, topics.returns, topics.restocks] as const;

/** How often the shop looks at the shelf. */
export const shelfPollMs = 100;
export const shelfRefreshEveryMs = 1_500;

/** Tries of one deduction against a version that moves away under it; after that the order is cancelled. */
export const deductionAttempts = 8;
/** Units that come back must be booked: so many tries before the batch is given back and read again. */
export const creditAttempts = 200;
