import type { TopicNeed } from 'toofan';

/** Topics of identity verification, all keyed by applicant. */
export const topics = {
  applications: 'kyc-applications',
  decisions: 'kyc-decisions',
  /** Applications waiting for a reviewer, for anybody interested; the queue itself is in the books. */
  reviews: 'manual-review-queue',
  deadLetters: 'kyc-dead-letters',
} as const;

export const topicNeeds: Readonly<Record<string, TopicNeed>> = {
  [topics.applications]: { partitions: 4, role: 'input' },
  [topics.decisions]: { partitions: 4, role: 'decisions' },
  [topics.reviews]: { partitions: 4, role: 'internal' },
  [topics.deadLetters]: { partitions: 1, role: 'internal' },
};
