import type { Pool } from 'pg';
import { aadhaarPerSecond, paceShare, slowing, turnsWithinMs } from './settings.ts';

const contract = aadhaarPerSecond * paceShare;

/** Turns to call, evenly spaced. */
export interface Turns {
  /** How many; none of them is later than `turnsWithinMs`. */
  readonly count: number;
  /** Time until the first, ms. */
  readonly waitMs: number;
  readonly everyMs: number;
}

/** Current calls per second: the rate after the last slow-down, grown since, never above the contract's. */
const grown = `least(${contract}, per_second
  + ${contract * slowing.regrowth} * extract(epoch FROM clock_timestamp() - slowed_at)::float8)`;

/**
 * The pace of Aadhaar calls, shared by all workers, in the books: callers take turns in an endless row, so that calls queue and
 * none is dropped. A refusal slows everybody down; undisturbed, the pace grows back to the contract's.
 */
export class Pace {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async open(): Promise<void> {
    await this.#pool.query(
      `INSERT INTO paces (service, per_second) VALUES ('aadhaar', ${contract}) ON CONFLICT DO NOTHING`,
    );
  }

  /** Up to so many of the next turns; nobody else gets them. */
  async take(atMost: number): Promise<Turns> {
    const { rows } = await this.#pool.query<{ count: number; wait_ms: number; every_ms: number }>({
      name: 'take-turns',
      text: `
        WITH pace AS (
          SELECT greatest(next_at, clock_timestamp()) AS first_at, 1000 / ${grown} AS every_ms
          FROM paces WHERE service = 'aadhaar' FOR UPDATE
        ), first AS (
          SELECT *, greatest(0, extract(epoch FROM first_at - clock_timestamp())::float8 * 1000) AS wait_ms FROM pace
        ), turns AS (
          SELECT *, greatest(0, least($1::float8, ceil((${turnsWithinMs} - wait_ms) / every_ms))) AS count FROM first
        )
        UPDATE paces SET next_at = first_at + count * every_ms * interval '1 millisecond'
        FROM turns WHERE service = 'aadhaar'
        RETURNING count, wait_ms, every_ms`,
      values: [atMost],
    });
    const [turns] = rows;
    if (turns === undefined) throw new Error('the books have no rate for Aadhaar');
    return { count: turns.count, waitMs: turns.wait_ms, everyMs: turns.every_ms };
  }

  /** A call was refused. Refusals come in groups: one of them slows the pace. */
  async slowDown(): Promise<void> {
    await this.#pool.query({
      name: 'slow-down',
      text: `
        UPDATE paces SET per_second = greatest(${slowing.least}, ${slowing.to} * ${grown}), slowed_at = clock_timestamp(),
          next_at = greatest(next_at, clock_timestamp()) + interval '${slowing.pauseMs} milliseconds'
        WHERE service = 'aadhaar' AND slowed_at < clock_timestamp() - interval '${slowing.forMs} milliseconds'`,
    });
  }
}
