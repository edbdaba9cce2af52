/**
 * The search for a capacity: which rate to hold next, and what the holds so far show. Pure: an interrupted search resumes from
 * its holds.
 */
import { capacityInterval } from './interval.ts';
import { doubled, ratesBetween } from './rates.ts';
import type { HoldVerdict, SearchedHold } from './searched-hold.ts';

export interface SearchSettings {
  /** Lowest and highest rate, per second. */
  readonly from: number;
  readonly to: number;
  /** The answer lies between two rates no further apart than this share. */
  readonly width: number;
  /** Fresh holds that confirm the answer. */
  readonly confirm: number;
}

export type NextHold = Pick<SearchedHold, 'perSecond' | 'purpose'>;

/** Majority of three. */
const majority = 2;
/** A rate that was inconclusive this often stays so. */
const mostInconclusive = 2;

interface Level {
  readonly perSecond: number;
  readonly held: number;
  readonly failed: number;
  readonly inconclusive: number;
  readonly confirmedBy: number;
  readonly refutedBy: number;
  readonly state: 'untried' | 'held' | 'failed' | 'tied' | 'unclear';
}

function levelOf(perSecond: number, holds: readonly SearchedHold[], confirm: number): Level {
  const own = holds.filter((hold) => hold.perSecond === perSecond);
  const count = (verdict: HoldVerdict, purpose?: SearchedHold['purpose']) =>
    own.filter((hold) => hold.verdict === verdict && (purpose === undefined || hold.purpose === purpose)).length;
  const [held, failed, inconclusive] = [count('held'), count('failed'), count('inconclusive')];
  const [confirmedBy, refutedBy] = [count('held', 'confirm'), count('failed', 'confirm')];
  const common = { perSecond, held, failed, inconclusive, confirmedBy, refutedBy };
  if (refutedBy * 2 > confirm || failed > held) return { ...common, state: 'failed' };
  if (held > failed) return { ...common, state: 'held' };
  if (inconclusive >= mostInconclusive) return { ...common, state: 'unclear' };
  return { ...common, state: held === 0 ? 'untried' : 'tied' };
}

/** The state of the search: the highest rate that holds below everything that does not, and the lowest that does not. */
interface Bracket {
  readonly levels: readonly Level[];
  /** Indices; −1 and undefined if there is none. */
  readonly low: number;
  readonly high: number | undefined;
}

function bracketOf(settings: SearchSettings, holds: readonly SearchedHold[]): Bracket {
  const levels = ratesBetween(settings.from, settings.to, settings.width).map((rate) =>
    levelOf(rate, holds, settings.confirm),
  );
  const first = levels.findIndex(({ state }) => state === 'failed' || state === 'unclear');
  const high = first < 0 ? undefined : first;
  const low = levels.findLastIndex(({ state }, index) => state === 'held' && (high === undefined || index < high));
  return { levels, low, high };
}

/**
 * The next hold; null once the search is done. Doubles from the lowest rate until one fails, then bisects. At the edge the
 * smaller load comes first: fresh holds confirm the rate that held, and the one above must fail in two of three.
 */
export function nextHold(settings: SearchSettings, holds: readonly SearchedHold[]): NextHold | null {
  const { levels, low, high } = bracketOf(settings, holds);
  const search = (index: number): NextHold => ({ perSecond: levels[index]?.perSecond ?? 0, purpose: 'search' });
  const tied = levels.findIndex(({ state }) => state === 'tied');
  if (tied >= 0 && (high === undefined || tied < high)) return search(tied);
  const upper = high === undefined ? undefined : levels[high];
  if (low < 0 && high === undefined) return search(0);
  if (low < 0 && high !== undefined && high > 0) return search(Math.floor(high / 2));
  if (low >= 0 && high === undefined && low < levels.length - 1)
    return search(Math.min(doubled(ratesOf(levels), low), levels.length - 1));
  if (high !== undefined && high - low > 1) return search(Math.floor((low + high) / 2));
  const found = levels[low];
  if (found !== undefined && !hasFreshHolds(found, settings) && found.inconclusive < mostInconclusive)
    return { perSecond: found.perSecond, purpose: 'confirm' };
  if (
    upper !== undefined &&
    upper.state === 'failed' &&
    upper.failed < majority &&
    upper.inconclusive < mostInconclusive
  )
    return { perSecond: upper.perSecond, purpose: 'search' };
  return null;
}

const ratesOf = (levels: readonly Level[]): number[] => levels.map(({ perSecond }) => perSecond);

const hasFreshHolds = ({ confirmedBy, refutedBy }: Level, { confirm }: SearchSettings): boolean =>
  confirmedBy + refutedBy >= confirm;

export interface SearchAnswer {
  /**
   * `found`: between two rates. `held-to-end`: held at the highest rate asked for. `at-least`: what is above could not be seen.
   * `below`: failed at the lowest already. `unfinished`: no time left to confirm it. `nothing`: no hold was conclusive.
   */
  readonly kind: 'found' | 'held-to-end' | 'at-least' | 'below' | 'unfinished' | 'nothing';
  /** The highest rate that held below everything that failed; null if none did. */
  readonly heldPerSecond: number | null;
  /** In how many of the fresh holds; of all holds at that rate if there was none yet. */
  readonly held: readonly [number, number];
  /** The lowest rate that failed. */
  readonly failedPerSecond: number | null;
  readonly failed: readonly [number, number];
  /** The lowest inconclusive rate, if that ended the search. */
  readonly inconclusivePerSecond: number | null;
  /** Where the capacity lies with about 95 % confidence: the rate at which half of all holds would fail. Null if it is open. */
  readonly interval: readonly [number | null, number | null];
}

/** What the holds so far show. */
export function answerOf(settings: SearchSettings, holds: readonly SearchedHold[]): SearchAnswer {
  const { levels, low, high } = bracketOf(settings, holds);
  const [lower, upper] = [levels[low], high === undefined ? undefined : levels[high]];
  const failing = upper?.state === 'failed' ? upper : undefined;
  const kind = kindOf(lower, upper, {
    isOver: nextHold(settings, holds) === null,
    isConfirmed: lower !== undefined && hasFreshHolds(lower, settings),
    isEnd: low === levels.length - 1,
  });
  const fresh = lower === undefined ? 0 : lower.confirmedBy + lower.refutedBy;
  return {
    kind,
    heldPerSecond: lower?.perSecond ?? null,
    held:
      lower === undefined ? [0, 0] : fresh > 0 ? [lower.confirmedBy, fresh] : [lower.held, lower.held + lower.failed],
    failedPerSecond: failing?.perSecond ?? null,
    failed: failing === undefined ? [0, 0] : [failing.failed, failing.held + failing.failed],
    inconclusivePerSecond: upper?.state === 'unclear' ? upper.perSecond : null,
    // One side alone, not confirmed, bounds nothing.
    interval:
      kind === 'unfinished' && failing === undefined
        ? [null, null]
        : atLeastBetween(capacityInterval(holds), lower, failing),
  };
}

/** Never narrower than the answer's two rates. */
function atLeastBetween(
  [low, high]: SearchAnswer['interval'],
  lower: Level | undefined,
  failing: Level | undefined,
): SearchAnswer['interval'] {
  return [
    low === null || lower === undefined ? low : Math.min(low, lower.perSecond),
    high === null || failing === undefined ? high : Math.max(high, failing.perSecond),
  ];
}

function kindOf(
  lower: Level | undefined,
  upper: Level | undefined,
  { isOver, isConfirmed, isEnd }: Readonly<Record<'isOver' | 'isConfirmed' | 'isEnd', boolean>>,
): SearchAnswer['kind'] {
  if (lower === undefined) {
    if (upper === undefined || upper.state === 'unclear') return 'nothing';
    return isOver ? 'below' : 'unfinished';
  }
  if (!isConfirmed) return isOver ? 'at-least' : 'unfinished';
  if (upper?.state === 'unclear') return 'at-least';
  if (upper === undefined) return isEnd ? 'held-to-end' : 'unfinished';
  return isOver ? 'found' : 'unfinished';
}
