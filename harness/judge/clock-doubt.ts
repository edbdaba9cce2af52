import { clockToleranceMicros } from '../domains/clocks.ts';
import { aheadToleranceMicros, type Clocks, isApart } from './clocks.ts';
import type { ObjectiveResult } from './judgement.ts';
import type { Clock } from './objectives/objective.ts';

const millis = (micros: number): string => `${(micros / 1000).toFixed(1)} ms`;

/**
 * Why a result that compares these clocks does not stand; null if it does. `harnessError`: µs by which the harness's and the
 * brokers' clocks differ beyond the tolerance.
 */
export function clockDoubt(
  result: ObjectiveResult,
  compared: readonly Clock[],
  harnessError: number,
  clocks: Clocks,
): string | null {
  if (compared.includes('harness') && harnessError > 0)
    return `the clocks differ by ${millis(harnessError + clockToleranceMicros)}`;
  if (compared.includes('brokers') && isApart(clocks))
    return `the clocks of the brokers differ by ${millis(clocks.brokersApart)}`;
  return compared.includes('stores') ? storeDoubt(result, clocks) : null;
}

/** A store that is behind underestimates and can hide a miss; one that is ahead overestimates and can fake one. */
function storeDoubt({ verdict, observed, threshold, unit }: ObjectiveResult, { stores }: Clocks): string | null {
  const behind = stores.toSorted((a, b) => b.behind - a.behind)[0];
  if (behind !== undefined && behind.behind > clockToleranceMicros && verdict !== 'fail')
    return `the clock of the store ${behind.store} is ${millis(behind.behind)} behind the brokers'`;
  const ahead = stores.toSorted((a, b) => b.ahead - a.ahead)[0];
  if (ahead === undefined) return null;
  const isMadeByIt =
    verdict === 'fail' && unit === 'ms' && observed !== null && observed - ahead.ahead / 1000 < threshold;
  const hidesIt = verdict === 'pass' && unit === 'share' && ahead.ahead > aheadToleranceMicros;
  return isMadeByIt || hidesIt
    ? `the clock of the store ${ahead.store} may be ${millis(ahead.ahead)} ahead of the brokers' (no effect came sooner)`
    : null;
}

/** The doubt about the whole drill if the brokers' clocks differ; none if they agree. */
export const brokersDoubt = (clocks: Clocks): string[] =>
  isApart(clocks)
    ? [
        `The clocks of the brokers differ by ${millis(clocks.brokersApart)}, by their decisions and appends: results that depend on the order of their timestamps are void`,
      ]
    : [];

/** The note on the stores' clocks. */
export const storeNotes = ({ stores }: Clocks): string[] =>
  stores
    .filter(({ behind }) => behind > clockToleranceMicros)
    .map(({ store, behind }) => `The clock of the store ${store} is ${millis(behind)} or more behind the brokers'`);
