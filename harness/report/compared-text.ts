/** `toofan compare` on a terminal. */
import pc from 'picocolors';
import {
  type ComparedRow,
  type ComparedRun,
  commonPhases,
  differencesOf,
  figureRows,
  promiseRows,
} from './compared-runs.ts';
import { cellText } from './comparison.ts';
import { glyph, plain } from './format.ts';
import { headline } from './judged-run.ts';
import { aligned, cut, wrapped } from './text-table.ts';

const longestValue = 40;

interface Shown {
  readonly colour: boolean;
  readonly width: number;
  /** Where the page is, or why it is not. */
  readonly pagePath: string;
}

/** Who they are, their promises, their figures, what differed; ends in a newline. */
export function comparedText(runs: readonly ComparedRun[], { colour, width, pagePath }: Shown): string {
  const colours = pc.createColors(colour);
  const letters = runs.map(({ letter }) => letter);
  const table = (title: string, rows: readonly ComparedRow[]) => {
    if (rows.length === 0) return [];
    const [head = '', ...lines] = aligned([
      [title, ...letters],
      ...rows.map(({ name, cells }) => [name, ...cells.map(cellText)]),
    ]);
    return ['', `  ${colours.bold(head)}`, ...lines.map((line) => `  ${painted(line, colours)}`)];
  };
  const differences = differencesOf(runs).map(({ path, values }) => ({
    name: path,
    cells: values.map((value) => ({ verdict: null, text: cut(value, longestValue) })),
  }));
  return [
    ...runs.flatMap((run) => whoText(run, width)).map((line) => painted(line, colours)),
    ...table('Promises', promiseRows(runs)),
    ...table('Figures', figureRows(runs)),
    ...(differences.length === 0
      ? ['', '  Nothing differed in scenario, versions, machine, seed and commit.']
      : table('Differs', differences)),
    '',
    ...(commonPhases(runs).length === 0
      ? ['  No phase is in all of them: their curves are laid over one another from the start of the load.']
      : []),
    `  ${colours.dim('Page'.padEnd(8))}${colours.cyan(plain(pagePath))}`,
    '',
  ].join('\n');
}

function whoText(run: ComparedRun, width: number): string[] {
  const { letter, folder, record, judgement } = run;
  const text = `${glyph[judgement.verdict]} ${plain(folder)}: ${plain(record.scenario.name)} › ${plain(record.target.name)}: ${headline(run)}`;
  return wrapped(text, width - 5).map((line, index) => `  ${index === 0 ? letter : ' '}  ${line}`);
}

const painted = (line: string, { red, yellow, green }: ReturnType<typeof pc.createColors>): string =>
  line
    .replaceAll(/✗ \S+/g, (cell) => red(cell))
    .replaceAll('? ', yellow('? '))
    .replaceAll('✓', green('✓'));
