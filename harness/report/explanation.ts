/** What `toofan explain` prints, for people and for machines. */
import pc from 'picocolors';
import type { Domain } from '../domains/domain.ts';
import type { Life } from '../explain/life.ts';
import type { NamedSubject } from '../explain/life-sql.ts';
import type { DrillRecord } from '../history/drill-record.ts';
import type { Counterexample } from '../judge/judgement.ts';
import type { BrokenPromise } from './broken-promises.ts';
import { counted, glyph, number, plain } from './format.ts';
import { moment, operations, secondsIn, startOf } from './judged-run.ts';
import { excerptOf, lifeLines } from './life-lines.ts';
import { aligned, wrapped } from './text-table.ts';

export interface Explanation {
  readonly record: DrillRecord;
  readonly domain: Pick<Domain, 'measure' | 'words'>;
  /** The key or the operation, and its human-readable name; null if it has none. */
  readonly subject: NamedSubject;
  readonly name: string | null;
  /** An operation's key; null for a key, and if it has none. */
  readonly ofKey: string | null;
  readonly life: Life;
  /** Null if the run has no verdict yet. */
  readonly broken: readonly BrokenPromise[] | null;
  /** What an operation's key broke beyond that. */
  readonly brokenByKey: readonly BrokenPromise[];
  /** The DuckDB query for the same events. */
  readonly query: string;
  /** The command that gives this answer, and one for another subject of the same run. */
  readonly command: string;
  readonly commandFor: (key: string) => string;
}

const shownExamples = 3;

interface Shown {
  readonly colour: boolean;
  readonly width: number;
  /** Every moment, however many. */
  readonly isWhole: boolean;
}

/** For a reader, ending in a newline. */
export function explanationText(explained: Explanation, { colour, width, isWhole }: Shown): string {
  const { record, domain, life, broken } = explained;
  const colours = pc.createColors(colour);
  const lines = lifeLines(life.moments, {
    startsAt: startOf(record),
    measure: domain.measure,
    faults: record.faults,
    broken: broken ?? [],
  });
  const excerpt = isWhole ? lines : excerptOf(lines);
  const headings = ['when', 'op', 'event', 'what', 'change', domain.words.holds];
  const hasAmounts = life.moments.some(({ remaining, change }) => remaining !== null || change !== null);
  const kept = (cells: readonly string[]) => (hasAmounts ? cells : cells.slice(0, 4));
  const rows = aligned(
    [kept(headings), ...excerpt.map((line) => kept('gap' in line ? [`… ${number(line.gap)} more`, '', '', '', '', ''] : line.cells))], // prettier-ignore
    ['left', 'right', 'left', 'left', 'right', 'right'],
  );
  const table = rows.map((row, index) => {
    const line = index === 0 ? undefined : excerpt[index - 1];
    if (line === undefined || 'gap' in line) return `  ${colours.dim(row)}`;
    return `  ${line.isBroken ? colours.red(row) : row}`;
  });
  const hidden = excerpt.some((line) => 'gap' in line);
  return [
    ...headOf(explained)
      .flatMap((line) => wrapped(line, width))
      .map((line, index) => (index === 0 ? colours.bold(line) : line)),
    '',
    ...brokenText(explained, width).map((line) => (line.trimStart().startsWith(glyph.fail) ? colours.red(line) : line)),
    '',
    ...table,
    '',
    ...(hidden ? [`  ${colours.dim('Whole'.padEnd(8))}${explained.command} --all`] : []),
    `  ${colours.dim('Query'.padEnd(8))}${explained.command} --sql`,
    ...(life.isCut ? [`  Only the first ${number(life.moments.length)} moments were read.`] : []),
    '',
  ].join('\n');
}

/** `product p`; a key that says it itself stands alone. */
const keyText = ({ words }: Explanation['domain'], key: string): string =>
  key.startsWith(words.key) ? plain(key) : `${words.key} ${plain(key)}`;

function headOf({ record, subject, name, ofKey, life, domain }: Explanation): string[] {
  const what =
    'key' in subject
      ? keyText(domain, subject.key)
      : `op ${subject.op}${ofKey === null ? '' : `, ${keyText(domain, ofKey)}`}`;
  const title = `${plain(record.scenario.name)} › ${plain(record.target.name)} › ${what}${name === null ? '' : ` (${plain(name)})`}`;
  const ops = new Set(life.moments.flatMap(({ op }) => (op === null ? [] : [op])));
  return [
    title,
    `${counted(ops.size, 'operation')}, ${counted(life.moments.length, 'moment')}; times are from the start of the load`,
  ];
}

function brokenText({ record, subject, ofKey, broken, brokenByKey, commandFor }: Explanation, width: number): string[] {
  const indented = (text: string, indent: number) =>
    wrapped(text, width - indent).map((line) => ' '.repeat(indent) + line);
  if (broken === null) return ['  Not judged yet: npx toofan judge says which promises were broken.'];
  const of = (one: BrokenPromise) => [
    ...indented(`${glyph.fail} ${plain(one.name)}  ${number(one.violations)}`, 2),
    ...indented(plain(one.promise), 6),
    ...one.examples.slice(0, shownExamples).flatMap((example) => indented(exampleText(record, example), 6)),
    ...(one.violations > shownExamples ? indented(`and ${number(one.violations - shownExamples)} more`, 6) : []),
  ];
  const isOp = 'op' in subject;
  const none = `  ${glyph.pass} no broken promise names this ${isOp ? 'operation' : 'key'}`;
  const others = brokenByKey.filter(({ name }) => !broken.some((one) => one.name === name));
  return [
    ...(broken.length === 0 ? [none] : broken.flatMap(of)),
    ...(others.length === 0 || ofKey === null
      ? []
      : indented(`${plain(ofKey)} broke ${others.map(({ name }) => plain(name)).join(', ')}: ${commandFor(ofKey)}`, 2)),
  ];
}

const exampleText = (record: DrillRecord, { at, detail, ops }: Counterexample): string =>
  `${at === null ? '' : `${moment(record, at)}: `}${plain(detail)}${ops.length === 0 ? '' : ` (${operations(ops)})`}`;

/** For a machine: JSON that steers no terminal, ending in a newline. Times are µs since the epoch, `seconds` from the start of the load. */
export function explanationJson(explained: Explanation): string {
  const { record, domain, subject, name, ofKey, life, broken, query } = explained;
  const seconds = (at: number | null) => (at === null ? null : Number(secondsIn(record, at).toFixed(6)));
  const value = {
    schema: 1,
    run: record.run,
    scenario: record.scenario.name,
    target: record.target.name,
    subject: { ...subject, name, ...('op' in subject && { ofKey }) },
    measure: domain.measure ?? null,
    broken:
      broken?.map((one) => ({
        ...one,
        examples: one.examples.map((example) => ({ ...example, seconds: seconds(example.at) })),
      })) ?? null,
    life: life.moments.map((one) => ({ ...one, seconds: seconds(one.at) })),
    isCut: life.isCut,
    query,
  };
  return `${JSON.stringify(value, undefined, 1).replaceAll(steering, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}

/** What JSON may hold as it is and a terminal would act on. */
const steering = /[\u007F-\u009F\u200E\u200F\u2028-\u202E\u2066-\u2069]/g;
