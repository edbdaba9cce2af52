/** `toofan trend` on a terminal. */
import pc from 'picocolors';
import { duration, glyph, listed, measured, nothing, number, plain } from './format.ts';
import { aligned, cut } from './text-table.ts';
import type { TrendRun, TrendSeries } from './trend-runs.ts';

export const trendHeadings = [
  'when (UTC)',
  '',
  'p50',
  'p99',
  'decided',
  'goodput',
  'commit',
  'machine',
  'run',
  'remarks',
];
const longestRemarks = 60;

/** A row of a series, as every format has it. */
export const trendCells = ({
  when,
  verdict,
  p50Ms,
  p99Ms,
  decidedPerSecond,
  goodShare,
  ...run
}: TrendRun): string[] => [
  when,
  glyph[verdict],
  duration(p50Ms),
  duration(p99Ms),
  decidedPerSecond === null ? nothing : `${number(decidedPerSecond)}/s`,
  measured(goodShare, 'share'),
  run.commit === '' ? nothing : run.commit,
  run.isQuiet === undefined ? nothing : run.isQuiet ? 'quiet' : 'busy',
  run.folder,
  listed(run.remarks),
];

interface Shown {
  readonly colour: boolean;
  readonly pagePath: string;
  /** What was left out, a sentence each. */
  readonly notes: readonly string[];
}

/** A table per series, ending in a newline. */
export function trendText(series: readonly TrendSeries[], { colour, pagePath, notes }: Shown): string {
  const colours = pc.createColors(colour);
  const ink = { pass: colours.green, fail: colours.red, inconclusive: colours.yellow };
  return [
    ...series.flatMap(({ title, runs }) => {
      const rows = runs.map((run) => trendCells(run).map((cell) => cut(cell, longestRemarks)));
      const [head = '', ...lines] = aligned(
        [trendHeadings, ...rows],
        ['left', 'left', 'right', 'right', 'right', 'right'],
      );
      return [
        `  ${colours.bold(title)}`,
        `  ${colours.dim(head)}`,
        ...lines.map((line, index) => {
          const { verdict = 'pass' } = runs[index] ?? {};
          return `  ${line.replace(glyph[verdict], ink[verdict](glyph[verdict]))}`;
        }),
        '',
      ];
    }),
    ...notes.map((note) => `  ${colours.dim(plain(note))}`),
    `  ${colours.dim('Page'.padEnd(8))}${colours.cyan(plain(pagePath))}`,
    '',
  ].join('\n');
}
