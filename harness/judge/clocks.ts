import { clockToleranceMicros } from '../domains/clocks.ts';
import type { History } from '../history/reader.ts';

/**
 * Upper bound on a drill's fastest effect if the clocks agree, µs. A store that may be further ahead cannot tell what it held
 * when.
 */
export const aheadToleranceMicros = 250_000;

/** What the timestamps show of a store's clock relative to the brokers', µs. */
interface StoreClock {
  readonly store: string;
  /** Lower bound on how far it is behind: an operation's effect was committed before the operation was in the log. */
  readonly behind: number;
  /** Upper bound on how far it is ahead: no effect takes negative time. */
  readonly ahead: number;
}

/** What a history's timestamps show about the clocks behind them, µs. */
export interface Clocks {
  /** How far the brokers' clocks are seen to differ; 0 if nothing shows a difference. */
  readonly brokersApart: number;
  readonly stores: readonly StoreClock[];
}

/** Whether the brokers' clocks differ by more than the tolerance. */
export const isApart = ({ brokersApart }: Clocks): boolean => brokersApart > clockToleranceMicros;

/**
 * Makes `clocks`, one row of µs: brokers_apart (observed), broker_slack (within this, the order of two brokers' timestamps means
 * nothing), store_behind and store_ahead (how far the stores' timestamps may lie before and after the brokers').
 *
 * Neither a decision nor an effect can precede its operation's append. If timestamps say otherwise, their clocks differ by at
 * least that much. The fastest decision took some time too, so the slack is twice the observed difference. Visitors' operations
 * are omitted: their shop may act before it writes to the log.
 */
export async function makeClocks(history: History): Promise<Clocks> {
  const brokersApart = Math.max(await decidedTooEarly(history), await acknowledgedApart(history));
  const stores = await history.rows<StoreClock>(`
    SELECT store, greatest(max(-lag), 0)::BIGINT AS behind, greatest(max(greatest(so_far, from_here)), 0)::BIGINT AS ahead
    FROM (
      -- A clock that was set in mid-drill was right before or after: of each stretch the fastest effect counts.
      SELECT store, lag, min(lag) OVER (PARTITION BY store ORDER BY second) AS so_far,
        min(lag) OVER (PARTITION BY store ORDER BY second ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS from_here
      FROM (SELECT store, second, min(lag) AS lag FROM store_lags GROUP BY store, second)
    ) GROUP BY store ORDER BY store`);
  await history.run(`
    CREATE TABLE clocks AS SELECT ${brokersApart}::BIGINT AS brokers_apart, ${2 * brokersApart}::BIGINT AS broker_slack,
      ${2 * most(stores.map(({ behind }) => behind))}::BIGINT AS store_behind,
      ${most(stores.map(({ ahead }) => ahead))}::BIGINT AS store_ahead`);
  return { brokersApart, stores };
}

const most = (values: readonly number[]): number => Math.max(0, ...values);

/**
 * `store_lags`: store, second (brokers' clock), lag: the shortest time from an operation's append to one of its effects, µs; in a long
 * drill one in `oneIn` operations is enough.
 */
export const storeLags = (oneIn: number, visited: boolean): string => `
  CREATE TABLE store_lags AS
  SELECT coalesce(store, '') AS store, appended_at // 1000000 AS second, min(committed_at - appended_at) AS lag
  FROM (SELECT op, store, committed_at FROM effects WHERE committed_at IS NOT NULL AND ${everyNth(oneIn)}) e
  JOIN (SELECT op, min(appended_at) AS appended_at FROM appends WHERE ${everyNth(oneIn)} ${notVisited(visited)} GROUP BY op) a USING (op)
  GROUP BY ALL`;

const everyNth = (oneIn: number): string => (oneIn <= 1 ? 'true' : `hash(op) % ${oneIn} = 0`);
const notVisited = (visited: boolean): string =>
  visited ? 'AND op NOT IN (SELECT op FROM requests WHERE op IS NOT NULL)' : '';

async function decidedTooEarly(history: History): Promise<number> {
  const [found] = await history.rows<{ micros: number | null }>(
    `SELECT max(appended_at - least(decided_at, revoked_at)) AS micros FROM ops
     WHERE submitted ${notVisited(history.tables.has('requests'))}`,
  );
  return Math.max(0, found?.micros ?? 0);
}

/** Beyond this many operations a sample is as good. */
const enoughOperations = 1_000_000;

/** Sample size that keeps judging within its bounds. */
export const oneInOf = (operations: number): number => Math.max(1, Math.round(operations / enoughOperations));

/**
 * How far the timestamps of two input partitions differ within a second, each bounded by the sending and the acknowledgement of
 * its records. Runs only if some timestamp lies outside those bounds.
 */
async function acknowledgedApart(history: History): Promise<number> {
  const [worst] = await history.rows<{ micros: number | null; n: number }>(
    'SELECT max(clock_error) AS micros, count(*) AS n FROM ops',
  );
  if ((worst?.micros ?? 0) <= 0) return 0;
  const [found] = await history.rows<{ micros: number | null }>(`
    SELECT max(least_ahead - most_ahead) AS micros FROM (
      SELECT second, max(least_ahead) AS least_ahead, min(most_ahead) AS most_ahead FROM (
        SELECT topic, "partition", sent_at // 1000000 AS second,
          max(appended_at - acked_at) AS least_ahead, min(appended_at - sent_at) AS most_ahead
        FROM (SELECT op, attempt, sent_at, acked_at FROM operations WHERE ${everyNth(oneInOf(worst?.n ?? 0))}) JOIN appends USING (op, attempt)
        WHERE true ${notVisited(history.tables.has('requests'))}
        -- A partition at odds with itself shows a clock that was set in this second; its neighbours tell which.
        GROUP BY ALL HAVING least_ahead <= most_ahead
      ) GROUP BY second
    )`);
  const apart = found?.micros ?? 0;
  return apart > clockToleranceMicros ? apart : 0;
}
