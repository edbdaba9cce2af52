import { usageError } from '../errors.ts';
import { didYouMean } from '../scenario/did-you-mean.ts';
import { type Metric, metrics } from './metrics.ts';

const usualMargin = 0.1;
const widest = 10;

/**
 * How much worse each metric may be, out of `--margin` as it was given: `10%` for all (costs get half of it), `p99=30%` for one,
 * `p99=off` for one that shall not gate. The result gives null for such. Throws (64) with every problem at once.
 */
export function marginsOf(given: readonly string[]): (metric: Metric) => number | null {
  const problems: string[] = [];
  const own = new Map<string, number | null>();
  let all = usualMargin;
  for (const text of given) {
    const [name, value] = text.includes('=') ? text.split('=', 2) : [undefined, text];
    const margin = marginOf(value ?? '');
    if (name === undefined ? margin === null || margin === undefined : margin === undefined)
      problems.push(`--margin ${text}: must be above 0 % and at most ${widest * 100} %, such as 10%`);
    else if (name === undefined) all = margin ?? all;
    else if (metrics.some((metric) => metric.name === name)) own.set(name, margin ?? null);
    else
      problems.push(
        `--margin ${text}: unknown metric '${name}'.${didYouMean(
          name,
          metrics.map((metric) => metric.name),
        )}`,
      );
  }
  if (problems.length === 0 && metrics.every(({ name }) => own.get(name) === null))
    problems.push('--margin: no metric is left to gate');
  if (problems.length > 0) throw usageError(problems.join('\n'));
  return ({ name, tightness }) => {
    const margin = own.get(name);
    return margin === undefined ? all * tightness : margin;
  };
}

/** A share; null for `off`; undefined for what is none. */
function marginOf(text: string): number | null | undefined {
  if (text === 'off') return null;
  const [, figure, sign] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text.trim()) ?? [];
  if (figure === undefined) return undefined;
  const margin = sign === '%' ? Number(figure) / 100 : Number(figure);
  return margin > 0 && margin <= widest ? margin : undefined;
}
