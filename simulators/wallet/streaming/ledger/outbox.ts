import { code, isSuccess } from '../answers.ts';
import type { Code } from '../answers.ts';
import { homeOf, placeOn, shardOf } from './accounts.ts';
import type { Move } from './decide.ts';

/** What a shard owes to others for what it has committed: a row of its outbox. */
export interface Owed {
  readonly firstOp: number;
  /** The number of a shard, or `toReview`. */
  readonly recipient: number;
  readonly moves: readonly Move[];
}

/** The recipient of payments that were let through in crisis mode. */
export const toReview = -1;

/** What a shard owes for its decisions: credits to the payees' shards, and reviews. */
export function owedFor(shard: number, moves: readonly Move[]): Owed[] {
  const byRecipient = new Map<number, Move[]>();
  const owe = (recipient: number, move: Move) => {
    const own = byRecipient.get(recipient);
    if (own === undefined) byRecipient.set(recipient, [move]);
    else own.push(move);
  };
  for (const move of moves) {
    // A credit from elsewhere is owed to nobody any more.
    if (homeOf(move) !== shard) continue;
    if (placeOn(shard, move.credit) === 'transit') owe(shardOf(move.credit), move);
    if (move.degraded === true) owe(toReview, move);
  }
  return Array.from(byRecipient, ([recipient, own]) => ({ firstOp: own[0]?.op ?? 0, recipient, moves: own }));
}

/** Whether others had to be told about an already decided transfer; normally they were. */
export const mayBeOwed = (shard: number, move: Move, answer: Code): boolean =>
  homeOf(move) === shard &&
  isSuccess(answer) &&
  (answer === code.successDegraded || placeOn(shard, move.credit) === 'transit');
