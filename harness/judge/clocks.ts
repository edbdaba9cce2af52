import { clockToleranceMicros } from '../domains/clocks.ts';
import type { History } from '../history/reader.ts';

/**
 * µs that the fastest effect of a drill takes at most where the clocks agree. A store that may be further ahead does not tell what
 * was there when.
 */
export const aheadToleranceMicros = 250_000;

/** What the stamps show of a store's clock beside the brokers', µs. */
interface StoreClock {
  readonly store: string;
  /** By how much at least it is behind: what an operation did was committed before the operation was in the log. */
  readonly behind: number;
  /** By how much at most it can be ahead: no effect took less than nothing. */
  readonly ahead: number;
}

/** What the stamps of one history show of the clocks that made them, µs. */
export interface Clocks {
  /** By how much the brokers' clocks are seen to differ; 0 where nothing shows it. */
  readonly brokersApart: number;
  readonly stores: readonly StoreClock[];
}

/** Whether the brokers' clocks are seen to differ by more than they may. */
export const isApart = ({ brokersApart }: Clocks): boolean => brokersApart > clockToleranceMicros;

/**
 * Makes `clocks`, one row of µs: brokers_apart (seen), broker_slack (what the order of two of their stamps is not worth),
 * store_behind and store_ahead (how far the stores' stamps may lie before and after the brokers').
 *
 * A decision cannot be made before its operation is in the log, nor can an effect; where stamps say so, the clocks that made them
 * differ by so much at least. The fastest decision took some time too, so the slack is twice what is seen. What visitors asked is
 * left out: their shop may have acted before it wrote to the log.
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

/** `store_lags`: store, second (of the brokers' clock), lag: the fastest from an operation's append to an effect of it, µs. */
export const storeLagsTable = 'CREATE TABLE store_lags (store VARCHAR, second BIGINT, lag BIGINT)';

/** Adds what one slice of operations shows, of `slice_appends`; one in `oneIn` operations is enough of a long drill. */
export const fillStoreLags = (slice: string, oneIn: number, visited: boolean): string => `
  INSERT INTO store_lags
  SELECT coalesce(store, ''), appended_at // 1000000, min(committed_at - appended_at)
  FROM (SELECT op, store, committed_at FROM effects WHERE committed_at IS NOT NULL AND ${slice} AND ${everyNth(oneIn)}) e
  JOIN (SELECT op, min(appended_at) AS appended_at FROM slice_appends WHERE ${everyNth(oneIn)} ${notVisited(visited)} GROUP BY op) a USING (op)
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

/** Operations beyond which a sample shows as much. */
const enoughOperations = 1_000_000;

/** A sample of so many operations that judging stays within its bounds. */
export const oneInOf = (operations: number): number => Math.max(1, Math.round(operations / enoughOperations));

/**
 * By how much the stamps of two input partitions differ within a second, each held between the sending and the acknowledgement of
 * its records. Asked only where some stamp lies outside of these.
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
