/** What `toofan capacity` prints: one line per hold, and the answer. */
import { createColors } from 'picocolors';
import type { CapacityHold, CapacityJson } from '../capacity/capacity-shape.ts';
import { failsAtMost } from '../capacity/fails-at-most.ts';
import { counted, duration, glyph, listed, measured, nothing, number, plain } from './format.ts';
import { aligned } from './text-table.ts';

interface Colour {
  readonly colour: boolean;
}

const longestReason = 200;

const verdictOf = { held: 'pass', failed: 'fail', inconclusive: 'inconclusive' } as const;

const ink = (verdict: CapacityHold['verdict'], { colour }: Colour) => {
  const { green, red, yellow } = createColors(colour);
  return { held: green, failed: red, inconclusive: yellow }[verdict];
};

/** `✓ 2,000/s held   p99 34 ms, lag 0.1 s   (54 s)`. */
export function holdText(hold: CapacityHold, options: Colour): string {
  const { dim } = createColors(options.colour);
  const { perSecond, purpose, verdict, failedBy, why, p99Ms, lagMaxSeconds, tookMs } = hold;
  const mark = ink(verdict, options)(`${glyph[verdictOf[verdict]]} ${number(perSecond).padStart(7)}/s ${verdict}`);
  const fresh = purpose === 'confirm' ? 'fresh, ' : '';
  const said = verdict === 'failed' ? `by ${listed(failedBy)}` : verdict === 'inconclusive' ? (why[0] ?? '') : '';
  const lag = lagMaxSeconds === null ? nothing : measured(lagMaxSeconds, 's');
  const figures = `${fresh}p99 ${duration(p99Ms)}, lag ${lag}, took ${duration(tookMs)}`;
  return `${mark} ${plain(said).slice(0, longestReason)}${said === '' ? '' : '  '}${dim(figures)}\n`;
}

/** The answer in one sentence. */
export function answerSentence(capacity: CapacityJson): string {
  const { heldPerSecond, held, failedPerSecond, failed, failedBy, primaryPlural, inconclusivePerSecond } = capacity;
  const rate = `${number(heldPerSecond)} ${primaryPlural}/s`;
  const heldIn = `held in ${held[0]} of ${held[1]}`;
  const failing = `failed ${failed[0]} of ${failed[1]} by ${listed(failedBy.slice(0, 3))}`;
  const failedAbove = failedPerSecond === null ? '' : `; ${number(failedPerSecond)} ${failing}`;
  const unsure = inconclusivePerSecond === null ? 'its fresh holds' : number(inconclusivePerSecond);
  const sentences: Readonly<Record<CapacityJson['kind'], string>> = {
    found: `${rate} ${heldIn}${failedAbove}`,
    'held-to-end': `${rate} ${heldIn}, the highest rate asked for: nothing above it was tried`,
    'at-least': `at least ${rate} (${heldIn}): ${unsure} inconclusive, ${whyOf(capacity)}`,
    below: `${number(failedPerSecond)} ${primaryPlural}/s ${failing}, the lowest rate asked for`,
    unfinished:
      heldPerSecond === null
        ? `unfinished: no rate has held yet${failedAbove}`
        : `unfinished: ${rate} ${heldIn}, not yet confirmed${failedAbove}`,
    nothing: `no hold was conclusive: ${whyOf(capacity)}`,
  };
  return sentences[capacity.kind];
}

const whyOf = ({ holds }: CapacityJson): string =>
  plain(holds.findLast(({ verdict }) => verdict === 'inconclusive')?.why[0] ?? 'nothing was held').slice(
    0,
    longestReason,
  );

/** `5.0 s before decision-latency-p99 was missed`. */
export function leadText({ firstBreak, failedBy }: CapacityJson): string {
  if (firstBreak === null) return 'nothing that is sampled left the range that it had in the holds that passed';
  const { resource, leadSeconds, value, limit, unit } = firstBreak;
  const seen = `${plain(resource)}: ${measured(value, unit)}, beyond the ${measured(limit, unit)} of holds that passed`;
  if (leadSeconds === null) return seen;
  const miss = failedBy[0] ?? 'the goal';
  return leadSeconds > 0
    ? `${seen}, ${number(leadSeconds, 1)} s before ${miss} was missed`
    : `${seen}, ${number(-leadSeconds, 1)} s after ${miss} was missed`;
}

/** `at 1.5 times that …` in a sentence; null where nobody looked. */
export function cliffText({ cliff }: CapacityJson): string | null {
  if (cliff === null) return null;
  const { overloadPerSecond, afterPerSecond, answeredShare, kind, wellAfterSeconds, broken } = cliff;
  const answered = `at ${number(overloadPerSecond)}/s for 30 s it answered ${number(answeredShare * 100)} % of what it can hold`;
  const well =
    wellAfterSeconds === null
      ? `was not well again at ${number(afterPerSecond)}/s within a minute`
      : `was well again ${number(wellAfterSeconds)} s into ${number(afterPerSecond)}/s`;
  const brokeText = broken.length === 0 ? 'every invariant held' : `broke ${listed(broken)}`;
  return `${kind}: ${answered}, ${well}; ${brokeText}`;
}

/** `12,100 to 13,000`; open ends in words. */
export function intervalText([low, high]: CapacityJson['interval']): string {
  if (low === null && high === null) return 'unknown';
  if (high === null) return `${number(low)} or more`;
  return low === null ? `below ${number(high)}` : `${number(low)} to ${number(high)}`;
}

/** `3 of 3 held: with 95 % confidence, at most 63 % of holds at this rate fail`. */
export function promiseText([held, n]: CapacityJson['held']): string {
  if (n === 0) return 'nothing: no rate held';
  if (held < n) return `${n - held} of ${n} holds at this rate failed: do not plan on it`;
  return `${held} of ${n} held: with 95 % confidence at most ${number(failsAtMost(n) * 100)} % of holds at this rate fail`;
}

interface End extends Colour {
  readonly folder: string;
  readonly resume: string | null;
  /** By an error or an interruption, which says its exit code itself. */
  readonly isStopped: boolean;
  readonly tookMs: number;
}

/** The answer, its limits and where it is kept; the verdict in the last line. */
export function capacityText(capacity: CapacityJson, { colour, folder, resume, isStopped, tookMs }: End): string {
  const { bold, dim, green, yellow, red, cyan } = createColors(colour);
  const { goals, interval, held, exitCode, target, scenario, holds } = capacity;
  const cliff = cliffText(capacity);
  const end = [counted(holds.length, 'hold'), ...(isStopped ? [] : [`exit ${exitCode}`])];
  const paint = exitCode === 0 ? green : exitCode === 11 ? red : yellow;
  const sign = exitCode === 0 ? '✓' : exitCode === 11 ? '✗' : '?';
  const rows = [
    ['goal', 'held at', 'missed at'],
    ...goals.map(({ name, heldPerSecond, failedPerSecond }) => [name, number(heldPerSecond), number(failedPerSecond)]),
  ];
  return [
    '',
    bold(`${plain(scenario)} › ${plain(target)}`),
    `  Interval     ${intervalText(interval)} per second (95 %)`,
    `  Promise      ${promiseText(held)}`,
    `  Broke first  ${leadText(capacity)}`,
    ...(cliff === null ? [] : [`  Cliff        ${cliff}`]),
    ...aligned(rows, ['left', 'right', 'right']).map((line, index) => `  ${index === 0 ? dim(line) : line}`),
    `  Kept in      ${cyan(plain(folder))}`,
    ...(resume === null ? [] : [`  Go on with   ${plain(resume)}`]),
    '',
    paint([`${sign} ${answerSentence(capacity)}`, ...end, duration(tookMs)].join(' · ')),
    '',
  ].join('\n');
}
