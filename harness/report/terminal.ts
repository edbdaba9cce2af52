/** The verdict on a terminal: the answer first, then what it rests on, then what to do next. */
import pc from 'picocolors';
import type { InvariantResult, Verdict } from '../judge/judgement.ts';
import { counted, glyph, observedText, plain, thresholdText } from './format.ts';
import {
  firstBreach,
  generatorAccount,
  reachedAccount,
  headline,
  impactLines,
  type JudgedRun,
  moment,
  operations,
  overall,
  remarks,
} from './judged-run.ts';
import { comparisonRows, objectiveName, shortNames, violationsText } from './comparison.ts';
import { aligned, cut, displayWidth, pad, wrapped } from './text-table.ts';

export interface VerdictTextOptions {
  /** False where NO_COLOR is set or the stream is no terminal. */
  readonly colour: boolean;
  /** Columns; lines are cut or wrapped to them, paths and commands never. */
  readonly width: number;
  readonly reportPath: string;
}

type Colours = ReturnType<typeof pc.createColors>;
interface Pen {
  readonly colours: Colours;
  readonly width: number;
}

const word: Readonly<Record<Verdict, string>> = { pass: 'PASS', fail: 'FAIL', inconclusive: 'INCONCLUSIVE' };
const narrowest = 40;

/** The verdict over one target or several, ending in a newline. */
export function verdictText(runs: readonly JudgedRun[], options: VerdictTextOptions): string {
  const pen: Pen = { colours: pc.createColors(options.colour), width: Math.max(narrowest, options.width) };
  const comparison = runs.length > 1 ? comparisonTable(runs, pen) : [];
  const blocks = runs.flatMap((run) => ['', ...runBlock(run, pen, comparison.length > 0)]);
  const title =
    runs.length > 1 ? ['', `${badge(overall(runs), pen)} ${pen.colours.bold(`${runs.length} targets`)}`] : [];
  const { dim, cyan } = pen.colours;
  const commands = new Set(runs.map((run) => plain(run.record.command)));
  const footer = [
    `  ${dim(pad('Report', 10))}${cyan(plain(options.reportPath))}`,
    ...[...commands].map((command) => `  ${dim(pad('Repeat', 10))}${command}`),
  ];
  return [...title, ...comparison, ...blocks, '', ...footer, ''].join('\n');
}

function badge(verdict: Verdict, { colours }: Pen): string {
  const text = ` ${glyph[verdict]} ${word[verdict]} `;
  if (!colours.isColorSupported) return text;
  const fill = { pass: colours.bgGreen, fail: colours.bgRed, inconclusive: colours.bgYellow }[verdict];
  return ` ${fill(colours.bold(colours.black(text)))}`;
}

const ink = (verdict: Verdict, { green, red, yellow }: Colours) =>
  ({ pass: green, fail: red, inconclusive: yellow })[verdict];

/** One target; beside others only what did not pass, as the comparison has said the rest. */
function runBlock(run: JudgedRun, pen: Pen, besideOthers: boolean): string[] {
  const { colours, width } = pen;
  const { record, judgement } = run;
  const mark = badge(judgement.verdict, pen);
  const title = `${plain(record.scenario.name)} › ${plain(record.target.name)}`;
  const breach = firstBreach(run);
  const since = breach ? `; first seen broken at ${moment(record, breach.at)}` : '';
  return [
    `${mark} ${colours.bold(cut(title, width - displayWidth(mark) - 1))}`,
    ...paragraph(headline(run) + since, pen),
    ...remarks(run).flatMap((remark) =>
      paragraph(`! ${plain(remark)}`, pen, judgement.verdict === 'pass' ? colours.dim : colours.yellow),
    ),
    '',
    ...resultRows(run, pen, besideOthers ? (result) => result.verdict !== 'pass' : () => true),
    ...account(run, pen),
  ];
}

const paragraph = (text: string, { width }: Pen, colour = (line: string) => line): string[] =>
  wrapped(text, width - 4).map((line) => `  ${colour(line)}`);

/** Objectives and invariants under one set of columns; below a broken invariant its worst counterexample. */
function resultRows(run: JudgedRun, pen: Pen, shown: (result: { verdict: Verdict }) => boolean): string[] {
  const objectives = run.judgement.objectives.filter(shown);
  const invariants = run.judgement.invariants.filter(shown);
  const cells = narrowed(
    [
      ['Objectives', 'observed', 'promised'],
      ...objectives.map((o) => [`  ${objectiveName(o)}`, observedText(o), thresholdText(o)]),
      ['Invariants', 'violations', ''],
      ...invariants.map((i) => [`  ${plain(i.name)}`, violationsText(i), '']),
    ],
    pen.width,
  );
  const lines = aligned(cells, ['left', 'right', 'left']);
  const heading = (line = '', label = '') => `  ${pen.colours.bold(label)}${pen.colours.dim(line.slice(label.length))}`;
  const below = objectives.length + 1;
  const objectiveLines = objectives.map((o, index) => resultLine(o.verdict, lines[index + 1], o.detail, pen));
  const invariantLines = invariants.flatMap((invariant, index) => [
    resultLine(invariant.verdict, lines[below + index + 1], invariant.detail || invariant.promise, pen),
    ...worstExample(run, invariant, pen),
  ]);
  return [
    ...(objectives.length > 0 ? [heading(lines[0], 'Objectives'), ...objectiveLines, ''] : []),
    ...(invariants.length > 0 ? [heading(lines[below], 'Invariants'), ...invariantLines, ''] : []),
  ];
}

/** Names cut so that observed and promised always stand on the line. */
function narrowed(rows: readonly string[][], width: number): string[][] {
  const taken = (column: number) => Math.max(...rows.map((row) => displayWidth(row[column] ?? '')));
  const room = Math.max(14, width - taken(1) - taken(2) - 8);
  return rows.map(([name = '', ...rest]) => [cut(name, room), ...rest]);
}

function resultLine(verdict: Verdict, line: string | undefined, remark: string, { colours, width }: Pen): string {
  const colour = ink(verdict, colours);
  // The two columns that indent a name under its heading hold its sign.
  const text = (line ?? '').slice(2);
  if (verdict === 'pass') return `  ${colour(glyph.pass)} ${text}`;
  const room = width - displayWidth(text) - 7;
  const note = remark === '' || room < 12 ? '' : `   ${colours.dim(cut(plain(remark), room))}`;
  return `  ${colour(`${glyph[verdict]} ${text}`)}${note}`;
}

function worstExample({ record }: JudgedRun, invariant: InvariantResult, { colours, width }: Pen): string[] {
  const worst = invariant.examples[0];
  if (invariant.verdict !== 'fail' || worst === undefined) return [];
  const where = [worst.key === null ? '' : plain(worst.key), worst.at === null ? '' : moment(record, worst.at)];
  const place = where.filter((part) => part !== '').join(' at ');
  const ops = operations(worst.ops);
  // The product and the moment first: what is cut off on a narrow terminal is in the report.
  const text = `${place === '' ? '' : `${place}: `}${plain(worst.detail)}${ops === '' ? '' : ` (${ops})`}`;
  return [`      ${colours.dim(cut(`worst: ${text}`, width - 6))}`];
}

/** Impact, generator and what the drill took. */
function account(run: JudgedRun, pen: Pen): string[] {
  const { colours, width } = pen;
  const { record } = run;
  const label = (text: string) => `  ${colours.dim(pad(text, 10))}`;
  const impact = impactLines(run);
  const labelWidth = Math.max(0, ...impact.map((line) => displayWidth(line.label)));
  const damage = impact.some((line) => line.harmful) ? [] : [colours.green('no damage')];
  const impactText = [
    ...damage,
    ...impact.map(({ label: name, text, harmful }) => {
      const line = cut(`${pad(name, labelWidth)}  ${text}`, width - 14);
      return harmful ? colours.red(line) : line;
    }),
  ];
  const generator = wrapped(generatorAccount(run), width - 14);
  const reached = wrapped(reachedAccount(run), width - 14);
  const machine = wrapped(plain(run.judgement.machine.note), width - 14);
  return [
    ...impactText.map((line, index) => `${label(index === 0 ? 'Impact' : '')}${line}`),
    ...generator.map((line, index) => `${label(index === 0 ? 'Generator' : '')}${line}`),
    ...(reachedAccount(run) === ''
      ? []
      : reached.map((line, index) => `${label(index === 0 ? 'Reached' : '')}${line}`)),
    ...machine.map((line, index) => `${label(index === 0 ? 'Machine' : '')}${line}`),
    `${label('Stack')}${cut(`${plain(record.stack.kind)} · ${counted(record.machine.cpus, 'core')} · seed ${record.seed}`, width - 14)}`,
  ];
}

/** Every promise against every target; empty where the targets do not fit side by side and stand one after the other. */
function comparisonTable(runs: readonly JudgedRun[], { colours, width }: Pen): string[] {
  const rows = comparisonRows(runs);
  const header = ['', ...shortNames(runs)];
  const lines = aligned([header, ...rows.map((row) => [row.name, ...row.cells.map((cell) => cell.text)])]);
  if (Math.max(...lines.map(displayWidth)) + 4 > width) return [];
  return ['', ...lines.map((line, index) => `  ${index === 0 ? colours.dim(line) : painted(line, colours)}`)];
}

const painted = (line: string, { red, yellow, green }: Colours): string =>
  line
    .replaceAll(/✗ \S+( \S+)?/g, (cell) => red(cell))
    .replaceAll('?', yellow('?'))
    .replaceAll('✓', green('✓'));
