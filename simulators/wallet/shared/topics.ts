import type { TopicNeed } from 'toofan';
import { deadLetterTopic } from '../../worker/dead-letters.ts';

/**
 * Topics of the wallet; inputs and answers are keyed by the account they concern. The source names most of them (225-266,
 * 4487-4500).
 */
export const topics = {
  payments: 'upi-transactions',
  addMoney: 'add-money',
  refunds: 'refunds',
  registrations: 'registrations',
  decisions: 'payment-decisions',
  blocked: 'blocked-transactions',
  analytics: 'analytics-stream',
  notifications: 'notifications',
  details: 'detailed-processing-queue',
  deadLetters: deadLetterTopic,
} as const;

export const inputTopics = [topics.payments, topics.addMoney, topics.refunds, topics.registrations] as const;

/** Each partition costs the broker and each fetch a little; only payments are numerous enough to need four. */
export const topicNeeds: Readonly<Record<string, TopicNeed>> = {
  [topics.payments]: { partitions: 4, role: 'input' },
  [topics.addMoney]: { partitions: 4, role: 'input' },
  [topics.refunds]: { partitions: 4, role: 'input' },
  [topics.registrations]: { partitions: 4, role: 'input' },
  [topics.decisions]: { partitions: 4, role: 'decisions' },
  [topics.blocked]: { partitions: 1, role: 'internal' },
  [topics.analytics]: { partitions: 2, role: 'internal' },
  [topics.notifications]: { partitions: 2, role: 'internal' },
  [topics.details]: { partitions: 2, role: 'internal' },
  [topics.deadLetters]: { partitions: 1, role: 'internal' },
};
