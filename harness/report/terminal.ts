/**
 * The verdict on a terminal: what it rests on, failing rows first, then what to do next, and the verdict itself as the last line.
 */
import pc from 'picocolors';
import type { ExitCode } from '../exit-code.ts';
import type { InvariantResult, ObjectiveResult, Verdict } from '../judge/judgement.ts';
import { counted, duration, glyph, observedText, plain, thresholdText } from './format.ts';
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
  surgeAccount,
} from './judged-run.ts';
import { cellText, comparisonRows, objectiveName, shortNames, violationsText } from './comparison.ts';
import { aligned, displayWidth, pad, wrapped } from './text-table.ts';

export interface TerminalTextOptions {
  /** False if NO_COLOR is set or the stream is no terminal. */
  readonly colour: boolean;
  /** Columns to wrap at; Infinity if it is no terminal. Nothing is ever cut. */
  readonly width: number;
  readonly reportPath: string;
  readonly exitCode: ExitCode;
  /** The run ended before every target was drilled: this is not its verdict. */
  readonly isAborted: boolean;
  /** Wall time of the whole command. */
  readonly tookMs: number;
}

type Colours = ReturnType<typeof pc.createColors>;
interface Pen {
  readonly colours: Colours;
  readonly width: number;
}

const word: Readonly<Record<Verdict, string>> = { pass: 'PASS', fail: 'FAIL', inconclusive: 'INCONCLUSIVE' };
const narrowest = 40;
/** The column at which the text of a labelled line begins. */
const labelled = 12;

/** The verdict over one or several targets, ending in a newline. */
export function terminalText(runs: readonly JudgedRun[], options: TerminalTextOptions): string {
  const pen: Pen = { colours: pc.createColors(options.colour), width: Math.max(narrowest, options.width) };
  const comparison = runs.length > 1 ? comparisonTable(runs, pen) : [];
  const blocks = runs.flatMap((run) => ['', ...runBlock(run, pen, comparison.length > 0, runs.length > 1)]);
  const { dim, cyan } = pen.colours;
  const commands = new Set(runs.map((run) => plain(run.record.command)));
  // Paths and commands are for copying: they stay whole.
  const footer = [
    `  ${dim(pad('Report', 10))}${cyan(plain(options.reportPath))}`,
    ...[...commands].map((command) => `  ${dim(pad('Repeat', 10))}${command}`),
  ];
  return [...comparison, ...blocks, '', ...footer, '', verdictLine(runs, options, pen), ''].join('\n');
}

/** `✗ FAIL  smoke › inventory/legacy-batch · exit 11 · 24 s` */
function verdictLine(runs: readonly JudgedRun[], options: TerminalTextOptions, pen: Pen): string {
  const { exitCode, tookMs, isAborted } = options;
  const [run, ...others] = runs;
  const mark = isAborted ? badge('inconclusive', pen, 'ABORTED') : badge(overall(runs), pen);
  const about =
    run === undefined || others.length > 0 || isAborted
      ? `${counted(runs.length, 'target')}: ${talliesOf(runs)}`
      : `${plain(run.record.scenario.name)} › ${plain(run.record.target.name)}`;
  return `${mark} ${pen.colours.bold(about)} · exit ${exitCode} · ${duration(tookMs)}`;
}

function talliesOf(runs: readonly JudgedRun[]): string {
  const count = (verdict: Verdict) => runs.filter(({ judgement }) => judgement.verdict === verdict).length;
  const words = { pass: 'passed', fail: 'failed', inconclusive: 'inconclusive' } as const;
  return (['pass', 'fail', 'inconclusive'] as const)
    .filter((verdict) => count(verdict) > 0)
    .map((verdict) => `${count(verdict)} ${words[verdict]}`)
    .join(', ');
}

function badge(verdict: Verdict, { colours }: Pen, said = word[verdict]): string {
  const text = ` ${glyph[verdict]} ${said} `;
  if (!colours.isColorSupported) return text;
  const fill = { pass: colours.bgGreen, fail: colours.bgRed, inconclusive: colours.bgYellow }[verdict];
  return ` ${fill(colours.bold(colours.black(text)))}`;
}

const ink = (verdict: Verdict, { green, red, yellow }: Colours) =>
  ({ pass: green, fail: red, inconclusive: yellow })[verdict];

/** One target; next to a comparison, only what did not pass, since that shows the rest. */
function runBlock(run: JudgedRun, pen: Pen, isCompared: boolean, hasOthers: boolean): string[] {
  const { colours, width } = pen;
  const { record, judgement } = run;
  const mark = hasOthers ? badge(judgement.verdict, pen) : ' ';
  const title = `${plain(record.scenario.name)} › ${plain(record.target.name)}`;
  const breach = firstBreach(run);
  const since = breach ? `; first violation at ${moment(record, breach.at)}` : '';
  return [
    ...wrapped(title, width - displayWidth(mark) - 1).map(
      (line, index) => `${index === 0 ? mark : ' '} ${colours.bold(line)}`,
    ),
    ...paragraph(headline(run) + since, pen),
    ...remarks(run).flatMap((remark) =>
      paragraph(`! ${plain(remark)}`, pen, judgement.verdict === 'pass' ? colours.dim : colours.yellow),
    ),
    '',
    ...resultRows(run, pen, isCompared ? (result) => result.verdict !== 'pass' : () => true),
    ...account(run, pen),
  ];
}

const paragraph = (text: string, { width }: Pen, colour = (line: string) => line, indent = 2): string[] =>
  wrapped(text, width - indent - 2).map((line) => `${' '.repeat(indent)}${colour(line)}`);

const weight: Readonly<Record<Verdict, number>> = { fail: 0, inconclusive: 1, pass: 2 };
const failingFirst = <Result extends { readonly verdict: Verdict }>(results: readonly Result[]): Result[] =>
  results.toSorted((a, b) => weight[a.verdict] - weight[b.verdict]);

/** One promise: its cells, and the details below if it was broken. */
interface ResultRow {
  readonly verdict: Verdict;
  readonly cells: readonly string[];
  readonly below: readonly string[];
}

/** Objectives and invariants in one set of columns, failures first. */
function resultRows(run: JudgedRun, pen: Pen, shown: (result: { verdict: Verdict }) => boolean): string[] {
  const objectives = failingFirst(run.judgement.objectives.filter(shown)).map(objectiveRow);
  const invariants = failingFirst(run.judgement.invariants.filter(shown)).map((one) => invariantRow(run, one));
  const headings = [
    ['Objectives', 'observed', 'promised'],
    ['Invariants', 'violations', ''],
  ];
  const [first = '', second = '', ...lines] = aligned(
    [...headings, ...[...objectives, ...invariants].map(({ cells }) => cells)],
    ['left', 'right', 'left'],
  );
  const fits = Math.max(...[first, second, ...lines].map(displayWidth)) + 2 <= pen.width;
  const heading = (line: string, label: string) =>
    `  ${pen.colours.bold(label)}${fits ? pen.colours.dim(line.slice(label.length)) : ''}`;
  const rowText = (row: ResultRow, line = '') => [
    ...resultLines(row, fits ? line.slice(2) : undefined, pen),
    ...row.below.flatMap((text) => paragraph(text, pen, pen.colours.dim, 6)),
  ];
  return [
    ...(objectives.length === 0
      ? []
      : [heading(first, 'Objectives'), ...objectives.flatMap((row, index) => rowText(row, lines[index])), '']),
    ...(invariants.length === 0
      ? []
      : [
          heading(second, 'Invariants'),
          ...invariants.flatMap((row, index) => rowText(row, lines[objectives.length + index])),
          '',
        ]),
  ];
}

const objectiveRow = (objective: ObjectiveResult): ResultRow => ({
  verdict: objective.verdict,
  cells: [`  ${objectiveName(objective)}`, observedText(objective), thresholdText(objective)],
  below: objective.verdict === 'pass' || objective.detail === '' ? [] : [plain(objective.detail)],
});

const invariantRow = (run: JudgedRun, invariant: InvariantResult): ResultRow => ({
  verdict: invariant.verdict,
  cells: [`  ${plain(invariant.name)}`, violationsText(invariant), ''],
  below:
    invariant.verdict === 'pass' ? [] : [plain(invariant.detail || invariant.promise), ...worstExample(run, invariant)],
});

/** The row in its columns; if these do not fit, its figures go below its name. */
function resultLines({ verdict, cells }: ResultRow, line: string | undefined, { colours }: Pen): string[] {
  const colour = ink(verdict, colours);
  const paint = (text: string) =>
    verdict === 'pass' ? `${colour(glyph.pass)} ${text}` : colour(`${glyph[verdict]} ${text}`);
  if (line !== undefined) return [`  ${paint(line)}`];
  const [name = '', ...figures] = cells;
  return [`  ${paint(name.trim())}`, `      ${figures.filter((figure) => figure !== '').join('  ')}`];
}

function worstExample({ record }: JudgedRun, { verdict, examples: [worst] }: InvariantResult): string[] {
  if (verdict !== 'fail' || worst === undefined) return [];
  const where = [worst.key === null ? '' : plain(worst.key), worst.at === null ? '' : moment(record, worst.at)];
  const place = where.filter((part) => part !== '').join(' at ');
  const ops = operations(worst.ops);
  return [`worst: ${place === '' ? '' : `${place}: `}${plain(worst.detail)}${ops === '' ? '' : ` (${ops})`}`];
}

/** Impact, peak, generator and timings, each with its label. */
function account(run: JudgedRun, pen: Pen): string[] {
  const { colours, width } = pen;
  const { record } = run;
  const impact = impactLines(run);
  const labelWidth = Math.max(0, ...impact.map((line) => displayWidth(line.label)));
  const impactText = [
    // Next to broken promises it would be read as their price.
    ...(impact.some((line) => line.harmful) || run.judgement.verdict !== 'pass' ? [] : [colours.green('no damage')]),
    ...impact.flatMap(({ label, text, harmful }) =>
      hanging(`${pad(label, labelWidth)}  `, text, width - labelled).map((line) =>
        harmful ? colours.red(line) : line,
      ),
    ),
  ];
  const stack = `${plain(record.stack.kind)} · ${counted(record.machine.cpus, 'core')} · seed ${record.seed}`;
  const texts: Record<string, readonly string[]> = {
    Impact: impactText,
    Peak: wrapped(surgeAccount(run), width - labelled),
    Generator: wrapped(generatorAccount(run), width - labelled),
    Reached: wrapped(reachedAccount(run), width - labelled),
    Machine: wrapped(plain(run.judgement.machine.note), width - labelled),
    Stack: wrapped(stack, width - labelled),
  };
  return Object.entries(texts).flatMap(([label, lines]) =>
    lines
      .filter((line) => line !== '')
      .map((line, index) => `  ${colours.dim(pad(index === 0 ? label : '', labelled - 2))}${line}`),
  );
}

/** A text that begins after `head` and continues below itself. */
function hanging(head: string, text: string, width: number): string[] {
  const indent = ' '.repeat(displayWidth(head));
  return wrapped(text, width - displayWidth(head)).map((line, index) => `${index === 0 ? head : indent}${line}`);
}

/** Every promise against every target; empty if the targets do not fit side by side and are printed one after another. */
function comparisonTable(runs: readonly JudgedRun[], { colours, width }: Pen): string[] {
  const rows = comparisonRows(runs).toSorted((a, b) => worstOf(a.cells) - worstOf(b.cells));
  const header = ['', ...shortNames(runs)];
  const lines = aligned([header, ...rows.map((row) => [row.name, ...row.cells.map(cellText)])]);
  if (Math.max(...lines.map(displayWidth)) + 4 > width) return [];
  return ['', ...lines.map((line, index) => `  ${index === 0 ? colours.dim(line) : painted(line, colours)}`)];
}

const worstOf = (cells: readonly { readonly verdict: Verdict | null }[]): number =>
  Math.min(...cells.map(({ verdict }) => (verdict === null ? weight.pass : weight[verdict])));

const painted = (line: string, { red, yellow, green }: Colours): string =>
  line
    .replaceAll(/✗ \S+( \S+)?/g, (cell) => red(cell))
    .replaceAll('?', yellow('?'))
    .replaceAll('✓', green('✓'));
