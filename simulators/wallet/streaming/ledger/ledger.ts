import type { Pool } from 'pg';
import type { Addresses } from 'toofan';
import { numberArray, openLedgerPool, textArray } from '../../../worker/ledger-pool.ts';
import { retryTransient } from '../../../worker/retry.ts';
import { clientLimits, connectionsPerShard, serverLimits } from '../settings.ts';
import { shardCount, shardOf } from './accounts.ts';
import type { Move } from './decide.ts';
import { toReview } from './outbox.ts';
import type { Owed } from './outbox.ts';
import { ShardLedger, soundRules } from './shard-ledger.ts';
import type { LedgerHooks, LedgerRules, Posted } from './shard-ledger.ts';

/** The name of a shard's Postgres server. */
export const shardName = (shard: number): string => `shard${shard}`;
export const shardNumbers = Array.from({ length: shardCount }, (_, shard) => shard);

export interface LedgerOptions {
  /** Parts that a deliberately broken variant replaces. */
  readonly rules?: Partial<LedgerRules> | undefined;
  readonly hooks?: LedgerHooks;
  /** Puts payments that were let through in crisis mode into the review queue; resolves once the broker has them. */
  readonly review: (moves: readonly Move[]) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

type OwedRow = [first: string, recipient: number, op: string, debit: string, credit: string, paise: string];

/** All shards of the ledger, and what they owe each other. */
export class Ledger {
  readonly shards: readonly ShardLedger[];
  readonly #options: LedgerOptions;
  /** Accounts are never closed: a known account is known forever. */
  readonly #known = new Set<string>();
  /** Deliveries under way that nobody waits for. */
  readonly #settling = new Set<Promise<void>>();

  constructor(pools: readonly Pool[], options: LedgerOptions) {
    const rules = { ...soundRules, ...options.rules };
    this.shards = pools.map((pool, shard) => new ShardLedger(shard, pool, rules, options.hooks ?? {}));
    this.#options = options;
  }

  shard(number: number): ShardLedger {
    const shard = this.shards[number];
    if (shard === undefined) throw new RangeError(`no shard ${number}`);
    return shard;
  }

  /**
   * Delivers what a shard owes; includes older debts of redelivered operations. Idempotent, since recipients know what they have.
   * Never rejects: what cannot be delivered now stays in the outbox.
   */
  settle(shard: number, posted: Pick<Posted, 'owed' | 'again'>): Promise<void> {
    const settling = this.#settle(shard, posted)
      .catch(this.#options.onError)
      .finally(() => this.#settling.delete(settling));
    this.#settling.add(settling);
    return settling;
  }

  async #settle(shard: number, { owed, again }: Pick<Posted, 'owed' | 'again'>): Promise<void> {
    const before = again.length === 0 ? [] : await this.#owedBefore(shard, 'o.ops && $1::bigint[]', numberArray(again));
    await Promise.all([...owed, ...before].map((one) => this.#deliver(shard, one)));
  }

  /** Delivers what a dead worker has left in the outboxes. */
  async settleLeftovers(olderThanMs: number): Promise<void> {
    await Promise.all(
      shardNumbers.map(async (shard) => {
        const condition = `o.written_at < now() - $1 * interval '1 ms'`;
        const owed = await this.#owedBefore(shard, condition, olderThanMs);
        await Promise.all(owed.map((one) => this.#deliver(shard, one)));
      }),
    );
  }

  async #deliver(shard: number, owed: Owed): Promise<void> {
    if (owed.recipient === toReview) await this.#options.review(owed.moves);
    else await this.shard(owed.recipient).post(owed.moves);
    this.shard(shard).paid(owed);
  }

  async #owedBefore(shard: number, condition: string, value: string | number): Promise<Owed[]> {
    const { rows } = await retryTransient(() =>
      this.shard(shard).pool.query<OwedRow>({
        text: `SELECT o.first_op, o.recipient, t.op, t.debit, t.credit, t.paise
               FROM outbox o CROSS JOIN unnest(o.ops) n(op) JOIN transfers t ON t.op = n.op WHERE ${condition}`,
        values: [value],
        rowMode: 'array',
      }),
    );
    const byKey = Map.groupBy(rows, ([first, recipient]) => `${first} ${recipient}`);
    return Array.from(byKey.values(), (own) => ({
      firstOp: Number(own[0]?.[0]),
      recipient: own[0]?.[1] ?? 0,
      moves: own.map(([, , op, debit, credit, paise]) => {
        return { op: Number(op), debit, credit, paise: Number(paise), refusal: null };
      }),
    }));
  }

  /** Accounts that no shard knows. */
  async unknown(accounts: Iterable<string>): Promise<ReadonlySet<string>> {
    const asked = new Set<string>();
    for (const account of accounts) if (!this.#known.has(account)) asked.add(account);
    const found = await Promise.all(
      Array.from(Map.groupBy(asked, shardOf), ([shard, some]) => this.#existing(shard, some)),
    );
    for (const account of found.flat()) {
      if (this.#known.size < maxKnown) this.#known.add(account);
      asked.delete(account);
    }
    return asked;
  }

  async #existing(shard: number, accounts: readonly string[]): Promise<string[]> {
    const { rows } = await retryTransient(() =>
      this.shard(shard).pool.query<[string]>({
        name: 'existing-accounts',
        text: 'SELECT account FROM accounts WHERE account = ANY($1::text[])',
        values: [textArray(accounts)],
        rowMode: 'array',
      }),
    );
    return rows.map(([account]) => account);
  }

  async close(): Promise<void> {
    await Promise.all(this.#settling);
    await Promise.all(this.shards.map((shard) => shard.close()));
  }
}

/** Some 10 MB at most; others are looked up. */
const maxKnown = 200_000;

export const openShardPools = (at: Addresses): Pool[] =>
  shardNumbers.map((shard) => {
    const address = at.postgres[shardName(shard)];
    if (address === undefined) throw new Error(`the stack has no Postgres named ${shardName(shard)}`);
    return openLedgerPool(address, connectionsPerShard, serverLimits, clientLimits);
  });
