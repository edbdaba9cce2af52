import type { TopicNeed } from 'toofan';
import { deadLetterTopic } from '../../worker/dead-letters.ts';

/** Topics of the shop, all keyed by product. The source names the first four (1735-1740). */
export const topics = {
  orders: 'order-events',
  cancellations: 'cancellation-events',
  returns: 'return-events',
  restocks: 'warehouse-updates',
  decisions: 'order-decisions',
  deadLetters: deadLetterTopic,
} as const;

export const inputTopics = [topics.orders, topics.cancellations, topics.returns, topics.restocks] as const;

/** Each partition costs the broker and each fetch a little; only orders are numerous enough to need four. */
export const topicNeeds: Readonly<Record<string, TopicNeed>> = {
  [topics.orders]: { partitions: 4, role: 'input' },
  [topics.cancellations]: { partitions: 4, role: 'input' },
  [topics.returns]: { partitions: 4, role: 'input' },
  [topics.restocks]: { partitions: 4, role: 'input' },
  [topics.decisions]: { partitions: 4, role: 'decisions' },
  [topics.deadLetters]: { partitions: 1, role: 'internal' },
};
