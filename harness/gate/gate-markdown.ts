import { code, markdown } from '../report/summary.ts';
import { type GateRow, gateRows, sign, titleOf, verdictStanding } from './gate-rows.ts';
import type { GateRun } from './gate-run.ts';

/** `summary.md`: the result and what did not pass; the rest folded. */
export function gateMarkdown(run: GateRun): string {
  const { comparison, pairsPlanned } = run;
  const rows = gateRows(run);
  const open = rows.filter(isOpen);
  return [
    `### ${sign[verdictStanding[comparison.verdict]]} ${comparison.verdict}: ${markdown(titleOf(run))}`,
    '',
    `${markdown(comparison.why)}. ${comparison.pairs} of ${pairsPlanned} pairs.`,
    '',
    ...(open.length === 0 ? [] : table(open)),
    '<details><summary>Everything else</summary>',
    '',
    ...table(rows.filter((row) => !isOpen(row))),
    '</details>',
    '',
    `Repeat: ${code(run.command)}`,
    '',
  ].join('\n');
}

const isOpen = ({ standing }: GateRow): boolean => standing === 'fail' || standing === 'inconclusive';

const table = (rows: readonly GateRow[]): string[] => [
  '| | what | base | head | worse by | 99 % bounds | margin | why |',
  '|---|---|---:|---:|---:|---:|---:|---|',
  ...rows.map(
    ({ standing, ...row }) =>
      `| ${[sign[standing], ...[row.name, row.base, row.head, row.change, row.bounds, row.margin, row.why].map(markdown)].join(' | ')} |`,
  ),
  '',
];
