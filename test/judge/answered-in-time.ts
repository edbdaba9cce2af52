import type { SmallHistory } from './a-history.ts';

/**
 * Moves every answer to no earlier than its operation's first append. A decision stamped before that means that clocks differ, and
 * the judge then doubts the order of all stamps: clocks.test.ts covers it, the models know nothing of it.
 */
export function answeredInTime(history: SmallHistory): SmallHistory {
  const ops = (history.ops ?? []).map((one) => {
    const first = typeof one.at === 'number' ? one.at : Math.min(...one.at);
    return { ...one, answers: (one.answers ?? []).map(([answer, at]) => [answer, Math.max(first, at)] as const) };
  });
  return { ...history, ops };
}
