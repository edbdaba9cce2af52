import type { SmallHistory } from './a-history.ts';

/**
 * Moves every answer to no earlier than its operation's first append. An earlier decision means that clocks differ, and the judge
 * then doubts the order of all timestamps: clocks.test.ts covers that, the models do not.
 */
export function answeredInTime(history: SmallHistory): SmallHistory {
  const ops = (history.ops ?? []).map((one) => {
    const first = typeof one.at === 'number' ? one.at : Math.min(...one.at);
    return { ...one, answers: (one.answers ?? []).map(([answer, at]) => [answer, Math.max(first, at)] as const) };
  });
  return { ...history, ops };
}
