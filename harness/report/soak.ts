/** What `toofan soak` prints: one line per seed, what to repeat, and the smallest schedule that still fails. */
import { createColors } from 'picocolors';
import type { ExitCode } from '../exit-code.ts';
import type { Verdict } from '../judge/judgement.ts';
import type { ScheduledFault } from '../scenario/scenario.ts';
import { counted, glyph, plain } from './format.ts';

/** One seed, drilled and judged. */
export interface SeedResult {
  readonly seed: number;
  readonly faults: readonly ScheduledFault[];
  readonly verdict: Verdict;
  readonly code: ExitCode;
  /** Names of the broken invariants and missed objectives. */
  readonly broken: readonly string[];
  /** In words: what broke, and what was inconclusive. */
  readonly why: readonly string[];
}

/** A seed's result may be kept in a folder, and can be reproduced by a command. */
interface Repeat {
  readonly seed: number;
  readonly command: string;
  readonly report: string;
}

interface Colour {
  readonly colour: boolean;
}

const ink = (verdict: Verdict, { colour }: Colour) => {
  const { green, red, yellow } = createColors(colour);
  return { pass: green, fail: red, inconclusive: yellow }[verdict];
};

/** `✗ seed 17  worker-crash inventory-worker +1.2s surge, redis-flush +3s surge`, and what broke on the next lines. */
export function seedText({ seed, faults, verdict, why }: SeedResult, options: Colour): string {
  const { dim } = createColors(options.colour);
  const schedule = faults.length === 0 ? 'no fault' : faults.map(shortFault).join(', ');
  const sign = ink(verdict, options)(glyph[verdict]);
  const reasons = why.map((reason) => `    ${ink(verdict, options)(plain(reason).slice(0, longestReason))}\n`);
  return `${sign} seed ${seed}  ${verdict}  ${dim(schedule)}\n${reasons.join('')}`;
}

const longestReason = 300;

/** `store-kill kafka 700ms at surge+1400ms`: its place, hold and time. */
function shortFault({ at, fault }: ScheduledFault): string {
  const { type, for: span, downFor, process, store, server, dependency, topic, count } = fault;
  const parts = [type, process ?? store ?? server ?? dependency ?? topic, typeof count === 'number' ? `×${count}` : ''];
  const when = 'phase' in at ? `${at.phase}+${at.after}` : `${at.storyMs} ms of the story`;
  const words = [...parts, span ?? downFor].filter((part) => typeof part === 'string' && part !== '');
  return `${words.join(' ')} at ${when}`;
}

/** How many seeds passed, failed and so on, and how to repeat those that failed. */
export function soakText(
  results: readonly SeedResult[],
  planned: number,
  repeats: readonly Repeat[],
  options: Colour,
): string {
  const { bold, cyan } = createColors(options.colour);
  const of = (verdict: Verdict) => results.filter((result) => result.verdict === verdict).length;
  const run =
    results.length === planned ? counted(planned, 'seed') : `${results.length} of ${counted(planned, 'seed')} run`;
  const tally = `${of('pass')} passed, ${of('fail')} failed, ${of('inconclusive')} inconclusive`;
  return [
    '',
    bold(`${run}: ${tally}`),
    ...repeats.flatMap(({ seed, command, report }) => [
      `  seed ${seed}`,
      `    Repeat  ${command}`,
      `    Report  ${cyan(plain(report))}`,
    ]),
    '',
  ].join('\n');
}

/** The result of shrinking. */
interface Smaller {
  readonly faults: readonly ScheduledFault[];
  readonly repeated: boolean;
  readonly attempts: number;
  readonly complete: boolean;
}

/** The smallest schedule that still fails, as source text; or that the failure did not recur. */
export function shrunkText(
  { seed, faults: before }: SeedResult,
  { faults, repeated, attempts, complete }: Smaller,
): string {
  const took = counted(attempts, 'attempt');
  if (!repeated) return `    seed ${seed} did not fail again when repeated: flaky, not shrunk (${took})\n`;
  if (faults.length === 0) return `    still fails without any fault (${took})\n`;
  const bound = complete ? '' : '; a smaller one may still fail (attempts used up)';
  const source = scheduleSource(faults)
    .trimEnd()
    .replaceAll(/^(?=.)/gm, '      ');
  return `    smallest schedule that still fails: ${faults.length} of ${counted(before.length, 'fault')}, after ${took}${bound}\n${source}\n`;
}

/** A schedule as the `faults` of a scenario file, its imports above it. */
export function scheduleSource(faults: readonly ScheduledFault[]): string {
  const types = [...new Set(faults.map(({ fault }) => fault.type))].toSorted();
  const imports = [
    "import { at } from 'toofan';",
    `import { ${types.map(constructorOf).join(', ')} } from 'toofan/faults';`,
  ];
  const lines = faults.map(({ at, fault }) => {
    const { type, ...parameters } = fault;
    const given = Object.keys(parameters).length === 0 ? '' : literal(parameters);
    return `  at(${literal(at)}, ${constructorOf(type)}(${given})),`;
  });
  return [...imports, '', 'faults: [', ...lines, '],', ''].join('\n');
}

const constructorOf = (type: string): string => type.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/** Plain data as source text; keys are names. */
function literal(value: unknown): string {
  if (typeof value === 'string') return `'${value.replaceAll(/[\\']/g, String.raw`\$&`)}'`;
  if (typeof value !== 'object' || value === null) return String(value);
  const members = Object.entries(value).map(([name, member]) => `${name}: ${literal(member)}`);
  return `{ ${members.join(', ')} }`;
}
