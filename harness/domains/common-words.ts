import type { Answers } from './domain.ts';

/** Answers that mean the same in every business. */
export const commonWords = {
  shed: 'shed',
  pending: 'pending',
  takenBack: 'revoked',
} as const satisfies Partial<Answers>;
