/** What `toofan gate` prints: a line a drill, the table, the result in the last line. */
import { createColors } from 'picocolors';
import { duration, glyph, number, plain } from '../report/format.ts';
import { aligned } from '../report/text-table.ts';
import { alpha, type MetricResult, type Pair, percent } from './compare-metrics.ts';
import type { GateRun } from './gate-run.ts';
import { gateRows, sign, type Standing, titleOf, verdictStanding } from './gate-rows.ts';
import type { SideRun } from './side-run.ts';
import { findable, pairsToFind } from '../statistics/paired-change.ts';

interface Drilled {
  readonly which: 'base' | 'head';
  readonly pair: number;
  readonly of: number;
  readonly tookMs: number;
  readonly run: SideRun;
}

/** `✓ pair 1 of 8, base  pass · CPU 143 µs per operation · 21 s`. */
export function drillText({ which, pair, of, tookMs, run }: Drilled): string {
  const cpu = run.costs?.pipelineCpuMicrosPerOp ?? null;
  return [
    `${glyph[run.verdict]} pair ${pair} of ${of}, ${which}  ${run.verdict}`,
    ...(cpu === null ? [] : [`CPU ${number(cpu, 1)} µs per operation`]),
    ...(run.generator.keptUp ? [] : ['the generator fell behind']),
    duration(tookMs),
  ].join(' · ');
}

interface Look {
  readonly colour: boolean;
  readonly folder: string;
}

/** The table of differences, worse first; the last line is the result. */
export function gateText(run: GateRun, { colour, folder }: Look): string {
  const { comparison, tookMs, ended } = run;
  const { green, red, yellow, dim, bold } = createColors(colour);
  const ink: Readonly<Record<Standing, (text: string) => string>> = {
    pass: green,
    fail: red,
    inconclusive: yellow,
    aside: dim,
  };
  const rows = gateRows(run);
  const table = aligned(
    [
      ['', 'what', 'base', 'head', 'worse by', '99 % bounds', 'margin'],
      ...rows.map((row) => [sign[row.standing], row.name, row.base, row.head, row.change, row.bounds, row.margin]),
    ],
    ['left', 'left', 'right', 'right', 'right', 'right', 'right'],
  );
  const [header = '', ...lines] = table;
  const told = lines.flatMap((line, index) => {
    const row = rows[index];
    if (row === undefined) return [];
    const why = row.standing === 'pass' || row.why === '' ? [] : [`      ${dim(plain(row.why))}`];
    return [`  ${ink[row.standing](line)}`, ...why];
  });
  const standing = verdictStanding[comparison.verdict];
  const needs =
    comparison.needs === null ? '' : `: needs ${comparison.needs} more pair${comparison.needs === 1 ? '' : 's'}`;
  const exit = ended === '' ? ` · exit ${comparison.exitCode}` : '';
  return [
    '',
    `  ${bold(titleOf(run))}`,
    '',
    `  ${dim(header)}`,
    ...told,
    '',
    `  ${plain(comparison.why)}`,
    ...(ended === '' ? [] : [`  Ended early: ${plain(ended)}`]),
    `  ${plain(folder)}/gate.html`,
    '',
    ` ${ink[standing](`${sign[standing]} ${comparison.verdict.toUpperCase()}${needs}`)}  ${comparison.pairs} of ${run.pairsPlanned} pairs${exit} · ${duration(tookMs)}`,
    '',
  ].join('\n');
}

/** What drills of the same code say of this machine: how much each metric varies, and what a gate can find. */
export function calibrationText(run: GateRun, { pairs }: { readonly pairs: readonly Pair[] }): string {
  const pairMs = 2 * (run.drillMs ?? 0);
  const rows = run.comparison.metrics.map((metric) => calibrationRow(metric, pairs.length, pairMs));
  return [
    '',
    `  ${plain(run.scenario)} › ${plain(run.target)}: head against itself, ${pairs.length} pairs of ${duration(pairMs)}`,
    '',
    ...aligned(
      [
        ['metric', 'noise of a run', 'of a pair', `${pairs.length} pairs find`, 'margin', 'pairs for it', 'which take'],
        ...rows,
      ],
      ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
    ).map((line) => `  ${line}`),
    '',
    `  "Find": in 9 of 10 gates, beyond the margin, at ${percent(alpha)} false alarms. The noise itself is known to about ${percent(1 / Math.sqrt(2 * Math.max(1, pairs.length - 1)))}.`,
    '',
    ` ✓ CALIBRATED  ${pairs.length} pairs · exit 0 · ${duration(run.tookMs)}`,
    '',
  ].join('\n');
}

const mostPairs = 200;

function calibrationRow({ name, noise, margin }: MetricResult, pairs: number, pairMs: number): string[] {
  if (noise === null) return [name, 'not measured', '', '', margin === null ? 'off' : percent(margin), '', ''];
  const asked = { tail: alpha, power: 0.9 };
  const needed = margin === null ? null : pairsToFind(Math.log1p(margin), noise, asked, mostPairs);
  return [
    name,
    percent(noise / Math.SQRT2),
    percent(noise),
    percent(Math.expm1(findable(noise, pairs, asked))),
    margin === null ? 'off' : percent(margin),
    margin === null ? '' : needed === null ? `over ${mostPairs}` : String(Math.max(3, needed)),
    needed === null ? '' : duration(Math.max(3, needed) * pairMs),
  ];
}
