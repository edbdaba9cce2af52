import type { ServedDrill } from '../commands/served-drill.ts';
import type { Verdict } from '../judge/judgement.ts';
import { number } from '../report/format.ts';

type Second = ServedDrill['seconds'][number];

/** Minimum time, in seconds, for which the load must ask for a rate. */
const leastSeconds = 5;
/** Share of what was asked for meanwhile; the rest may be on its way at the end. */
const keptShare = 0.97;

/** `5000/s`, `5,000/s`: operations of the primary kind per second. Throws for any other format. */
export function rateOf(text: string): number {
  const digits = /^(\d[\d,_]*)\/s$/.exec(text)?.[1]?.replaceAll(/[,_]/g, '');
  if (digits === undefined || Number(digits) === 0)
    throw new Error(`toSustain('${text}'): write a rate per second, such as '5000/s'`);
  return Number(digits);
}

/** Whether, in the longest uninterrupted stretch at that rate, what was asked for was also sent and decided. */
export function sustained(seconds: readonly Second[], perSecond: number): { verdict: Verdict; text: string } {
  const at = longestStretch(seconds, ({ planned }) => planned >= perSecond - spread(perSecond));
  const peak = Math.max(0, ...seconds.map(({ planned }) => planned));
  if (at.length < leastSeconds)
    return {
      verdict: 'inconclusive',
      text:
        at.length === 0
          ? `the load never asks for it: at most ${number(peak)}/s were planned`
          : `the load asks for it for ${at.length} s only; ${leastSeconds} s are needed`,
    };
  const [planned, sent, decided] = [sum(at, 'planned'), sum(at, 'sent'), sum(at, 'decided')];
  const rate = (count: number) => `${number(count / at.length)}/s`;
  const text = `${rate(planned)} planned, ${rate(sent)} sent, ${rate(decided)} decided over ${at.length} s`;
  if (sent < planned * keptShare) return { verdict: 'inconclusive', text: `${text}: the generator fell behind` };
  if (decided < planned * keptShare) return { verdict: 'fail', text: `${text}: the pipeline fell behind` };
  return { verdict: 'pass', text };
}

/** Three standard deviations of independent arrivals. */
const spread = (perSecond: number): number => 3 * Math.sqrt(perSecond);

const sum = (seconds: readonly Second[], member: 'planned' | 'sent' | 'decided'): number =>
  seconds.reduce((total, second) => total + second[member], 0);

function longestStretch(seconds: readonly Second[], isIn: (second: Second) => boolean): Second[] {
  let [longest, current]: [Second[], Second[]] = [[], []];
  for (const second of seconds) {
    current = isIn(second) ? [...current, second] : [];
    if (current.length > longest.length) longest = current;
  }
  return longest;
}
