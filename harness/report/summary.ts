import type { InvariantResult, ObjectiveResult, Verdict } from '../judge/judgement.ts';
import { cellText, type ComparisonRow, comparisonRows, objectiveName, shortNames } from './comparison.ts';
import { capitalised, counted, glyph, nothing, observedText, plain, thresholdText } from './format.ts';
import { incidentLines } from './incidents.ts';
import {
  commitAccount,
  firstBreach,
  generatorAccount,
  headline,
  impactLines,
  type JudgedRun,
  moment,
  operations,
  overall,
  reachedAccount,
  remarks,
  surgeAccount,
} from './judged-run.ts';

const word: Readonly<Record<Verdict, string>> = { pass: 'pass', fail: 'FAIL', inconclusive: 'inconclusive' };

/** Text that Markdown and HTML treat as text only; on one line, so that it fits into a table cell. */
export const markdown = (text: string): string =>
  plain(text)
    .replaceAll(/[\\`*_{}[\]<>()#|~!&$]/g, String.raw`\$&`)
    // A word joiner keeps `@name` and `#1` from notifying people and linking issues.
    .replaceAll(/[@#](?=\S)/g, '$&\u2060');

/** Text in a code span outside a table, with a fence longer than any run of backticks within. */
export function code(text: string): string {
  const inner = plain(text);
  const longest = Math.max(0, ...[...inner.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = longest > 0 ? ' ' : '';
  return inner === '' ? '' : fence + space + inner + space + fence;
}

/** `summary.md`: what a pull request's reader needs first, the rest folded. */
export function summaryMarkdown(runs: readonly JudgedRun[]): string {
  const sideBySide = runs.length > 1 ? comparison(runs) : [];
  return [...sideBySide, ...runs.map(runSection)].join('\n');
}

/** Several targets under the same promises, broken ones first. */
function comparison(runs: readonly JudgedRun[]): string[] {
  const rows = comparisonRows(runs).toSorted((a, b) => Number(isKept(a)) - Number(isKept(b)));
  return [
    `### ${glyph[overall(runs)]} ${counted(runs.length, 'target')}: ${word[overall(runs)]}`,
    '',
    ...table(
      ['', ...shortNames(runs).map(markdown)],
      rows.map(({ name, cells }) => [markdown(name), ...cells.map((cell) => markdown(cellText(cell)))]),
    ),
  ];
}

const isKept = ({ cells }: ComparisonRow): boolean =>
  cells.every(({ verdict }) => verdict === null || verdict === 'pass');

function runSection(run: JudgedRun): string {
  const { record, judgement } = run;
  const breach = firstBreach(run);
  const since = breach ? `; first violation at ${markdown(moment(record, breach.at))}` : '';
  const impact = impactLines(run);
  const rows = [
    ...judgement.objectives.map(objectiveRow),
    ...judgement.invariants.map((one) => invariantRow(run, one)),
  ];
  const broken = rows
    .filter(({ verdict }) => verdict !== 'pass')
    .toSorted((a, b) => Number(b.verdict === 'fail') - Number(a.verdict === 'fail'));
  return [
    `### ${glyph[judgement.verdict]} ${markdown(record.scenario.name)} › ${markdown(record.target.name)}: ${word[judgement.verdict]}`,
    '',
    `${capitalised(headline(run))}${since}.`,
    '',
    ...(record.commit === undefined ? [] : [`${capitalised(commitAccount(run))}.`, '']),
    ...promises(broken),
    ...remarks(run).map((remark) => `> ${markdown(remark)}\n`),
    ...(impact.length > 0
      ? table(
          ['impact', ''],
          impact.map((line) => [markdown(line.label), line.text]),
        )
      : []),
    ...folded('Everything else', [
      ...promises(rows.filter(({ verdict }) => verdict === 'pass')),
      ...incidents(run),
      `Peak: ${markdown(surgeAccount(run))}.`,
      '',
      `Generator: ${generatorAccount(run)}.`,
      '',
      ...(judgement.reached.length === 0 ? [] : [`Reached: ${markdown(reachedAccount(run))}.`, '']),
      `${markdown(judgement.machine.note)}.`,
      '',
    ]),
    `Repeat: ${code(record.command)}`,
    '',
  ].join('\n');
}

/** One promise: observed value, bound, and evidence of the breach. */
interface Row {
  readonly verdict: Verdict;
  readonly cells: readonly string[];
}

const objectiveRow = (objective: ObjectiveResult): Row => ({
  verdict: objective.verdict,
  cells: [
    glyph[objective.verdict],
    markdown(objectiveName(objective)),
    markdown(observedText(objective)),
    markdown(thresholdText(objective)),
    objective.verdict === 'pass' ? '' : markdown(objective.detail),
  ],
});

function invariantRow({ record }: JudgedRun, { name, verdict, violations, examples, detail }: InvariantResult): Row {
  const [worst] = examples;
  const shown =
    worst === undefined
      ? detail
      : [worst.key ?? '', worst.at === null ? '' : moment(record, worst.at), worst.detail, operations(worst.ops)]
          .filter((part) => part !== '')
          .join(' · ');
  const count = verdict === 'inconclusive' ? nothing : counted(violations, 'violation');
  return { verdict, cells: [glyph[verdict], markdown(name), count, 'none', verdict === 'pass' ? '' : markdown(shown)] };
}

const promises = (rows: readonly Row[]): string[] =>
  rows.length === 0
    ? []
    : table(
        ['', 'promise', 'observed', 'promised', 'worst'],
        rows.map(({ cells }) => cells),
      );

function incidents(run: JudgedRun): string[] {
  const lines = incidentLines(run);
  if (lines.length === 0) return [];
  return table(
    ['fault', 'struck', 'evidence', 'felt', 'first alert', 'response', 'healed', 'recovered'],
    lines.map((line) =>
      [line.name, line.struck, line.shownBy, line.felt, line.alert, line.responses, line.healed, line.recovered].map(
        markdown,
      ),
    ),
  );
}

/** Collapsible lines; Markdown inside needs the empty line. */
const folded = (title: string, lines: readonly string[]): string[] => [
  `<details><summary>${title}</summary>`,
  '',
  ...lines,
  '</details>',
  '',
];

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  `| ${header.join(' | ')} |`,
  `|${header.map(() => '---').join('|')}|`,
  ...rows.map((row) => `| ${row.join(' | ')} |`),
  '',
];
