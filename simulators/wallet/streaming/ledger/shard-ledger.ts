import { DatabaseError } from 'pg';
import type { Pool, PoolClient } from 'pg';
import { retryTransient } from '../../../worker/retry.ts';
import { isSuccess } from '../answers.ts';
import type { Code } from '../answers.ts';
import { outbox } from '../settings.ts';
import { placeOn } from './accounts.ts';
import { decide } from './decide.ts';
import type { Move, Outcome } from './decide.ts';
import { mayBeOwed, owedFor } from './outbox.ts';
import type { Owed } from './outbox.ts';
import { readBooks, writeBooks } from './statements.ts';

/** A shard's durable result for some moves. */
export interface Posted {
  /** One per move, in order. */
  readonly answers: readonly Code[];
  /** Whether each was decided just now. */
  readonly fresh: readonly boolean[];
  /** What it owes to others for those decided just now. */
  readonly owed: readonly Owed[];
  /** Operations decided earlier for which something may still be owed, if a worker died in between. */
  readonly again: readonly number[];
}

/** Parts that a deliberately broken variant may replace. */
export interface LedgerRules {
  readonly decide: typeof decide;
  /** What a shard owes for new moves that succeeded. */
  readonly owed: (shard: number, succeeded: readonly Move[], asked: readonly Move[]) => Owed[];
  /** Whether debts are written together with the transfers. */
  readonly keepsOutbox: boolean;
}
export const soundRules: LedgerRules = { decide, owed: owedFor, keepsOutbox: true };

/** What a test may do between the steps of a transaction. */
export interface LedgerHooks {
  /** The rows are locked and read, nothing is decided. */
  locked?(): Promise<void> | void;
  /** Everything is written, nothing is durable. */
  beforeCommit?(outcome: Outcome): Promise<void> | void;
}

const nothing: Posted = { answers: [], fresh: [], owed: [], again: [] };

interface Waiting {
  readonly moves: readonly Move[];
  readonly resolve: (posted: Posted) => void;
  readonly reject: (error: unknown) => void;
}

/** Moves per transaction: enough to share its cost, few enough not to hold rows for long. */
const maxMovesPerTransaction = 4_000;

/**
 * One shard of the ledger. One transaction at a time; whatever arrives meanwhile goes into the next one together (group commit).
 * Each operation is answered once, however often it comes.
 */
export class ShardLedger {
  readonly shard: number;
  readonly pool: Pool;
  readonly #rules: LedgerRules;
  readonly #hooks: LedgerHooks;
  readonly #waiting: Waiting[] = [];
  /** Outbox rows that are no longer owed. */
  #paid: Owed[] = [];
  #clearing: NodeJS.Timeout | undefined;
  #running = false;

  constructor(shard: number, pool: Pool, rules: LedgerRules, hooks: LedgerHooks) {
    this.shard = shard;
    this.pool = pool;
    this.#rules = rules;
    this.#hooks = hooks;
  }

  /** Rejects if the shard was down for too long; the outcome is then unknown, and the request may be repeated. */
  post(moves: readonly Move[]): Promise<Posted> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ moves, resolve, reject });
      if (!this.#running) void this.#work();
    });
  }

  /**
   * The recipient has what this shard owed. The row goes with the next transaction, or in one of its own if none comes soon; if
   * that fails it is only delivered once more.
   */
  paid(owed: Owed): void {
    this.#paid.push(owed);
    this.#clearing ??= setTimeout(() => {
      this.#clearing = undefined;
      if (this.#paid.length > 0) this.post([]).catch(() => {});
    }, outbox.clearedWithinMs);
  }

  async close(): Promise<void> {
    clearTimeout(this.#clearing);
    await this.pool.end();
  }

  async #work(): Promise<void> {
    this.#running = true;
    // Requests of the same turn go together.
    await Promise.resolve();
    // Terminates: callers wait for their answers, so there is never more here than one fetch.
    while (this.#waiting.length > 0) {
      const group = this.#nextGroup();
      const paid = this.#paid;
      this.#paid = [];
      try {
        const posted = await retryTransient(() => this.#transact(group, paid));
        group.forEach(({ resolve }, i) => resolve(posted[i] ?? nothing));
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#running = false;
  }

  #nextGroup(): Waiting[] {
    let moves = 0;
    const size = this.#waiting.findIndex((one) => (moves += one.moves.length) > maxMovesPerTransaction);
    return this.#waiting.splice(0, size < 0 ? this.#waiting.length : Math.max(1, size));
  }

  async #transact(group: readonly Waiting[], paid: readonly Owed[]): Promise<Posted[]> {
    const moves = group.flatMap((one) => one.moves);
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      const books = await readBooks(client, this.#placesOf(moves), moves);
      await this.#hooks.locked?.();
      const outcome = this.#rules.decide(this.shard, moves, books);
      const posted = this.#share(group, outcome);
      const owed = this.#rules.keepsOutbox ? posted.flatMap((one) => one.owed) : [];
      const writes = writeBooks(client, outcome, owed, paid);
      if (this.#hooks.beforeCommit !== undefined) {
        await writes;
        await this.#hooks.beforeCommit(outcome);
      }
      // In the same round trip: if a write fails, the server treats this as a rollback.
      await Promise.all([writes, client.query('COMMIT')]);
      return posted;
    } catch (error) {
      broken = await undo(client, error);
      throw error;
    } finally {
      client.release(broken);
    }
  }

  #placesOf(moves: readonly Move[]): Set<string> {
    const places = new Set<string>();
    for (const { debit, credit, refusal } of moves) {
      if (refusal === null) places.add(placeOn(this.shard, debit)).add(placeOn(this.shard, credit));
    }
    return places;
  }

  /** Each caller's part of the joint decision. */
  #share(group: readonly Waiting[], { answers, fresh }: Outcome): Posted[] {
    let at = 0;
    return group.map(({ moves }) => {
      const from = at;
      at += moves.length;
      const own = { answers: answers.slice(from, at), fresh: fresh.slice(from, at) };
      const asked = moves.filter((_, i) => own.fresh[i]);
      const succeeded = moves.filter((_, i) => own.fresh[i] && isSuccess(own.answers[i] ?? -1));
      const isAgain = (move: Move, i: number) => !own.fresh[i] && mayBeOwed(this.shard, move, own.answers[i] ?? -1);
      // A simultaneous duplicate's debt belongs to the first.
      const again = new Set(moves.filter(isAgain).map(({ op }) => op)).difference(new Set(asked.map(({ op }) => op)));
      return { ...own, owed: this.#rules.owed(this.shard, succeeded, asked), again: [...again] };
    });
  }
}

/** Rolls back. A server that did not answer would not answer this either: closing the connection rolls back as well. */
async function undo(client: PoolClient, error: unknown): Promise<Error | undefined> {
  if (!(error instanceof DatabaseError)) return error instanceof Error ? error : new Error(String(error));
  try {
    await client.query('ROLLBACK');
    return undefined;
  } catch (failed) {
    return failed instanceof Error ? failed : new Error(String(failed));
  }
}
