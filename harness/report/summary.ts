import type { Verdict } from '../judge/judgement.ts';
import { objectiveName } from './comparison.ts';
import { capitalised, counted, glyph, observedText, plain, thresholdText } from './format.ts';
import { incidentLines } from './incidents.ts';
import {
  firstBreach,
  generatorAccount,
  headline,
  impactLines,
  type JudgedRun,
  moment,
  reachedAccount,
  remarks,
} from './judged-run.ts';

const word: Readonly<Record<Verdict, string>> = { pass: 'pass', fail: 'FAIL', inconclusive: 'inconclusive' };

/** Text that Markdown and the HTML in it take as text and nothing else; one line, so that it holds in a table's cell. */
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

/** `summary.md`: what a pull request's reader needs, and no more. */
export function summaryMarkdown(runs: readonly JudgedRun[]): string {
  return runs.map(runSection).join('\n');
}

function runSection(run: JudgedRun): string {
  const { record, judgement } = run;
  const breach = firstBreach(run);
  const since = breach ? `; first seen broken at ${markdown(moment(record, breach.at))}` : '';
  const impact = impactLines(run);
  const incidents = incidentLines(run);
  return [
    `### ${glyph[judgement.verdict]} ${markdown(record.scenario.name)} › ${markdown(record.target.name)}: ${word[judgement.verdict]}`,
    '',
    `${capitalised(headline(run))}${since}.`,
    '',
    ...remarks(run).map((remark) => `> ${markdown(remark)}\n`),
    ...table(
      ['', 'promise', 'observed', 'promised'],
      [
        ...judgement.objectives.map((o) => [
          glyph[o.verdict],
          markdown(objectiveName(o)),
          markdown(observedText(o)),
          markdown(thresholdText(o)),
        ]),
        ...judgement.invariants.map((i) => [
          glyph[i.verdict],
          markdown(i.name),
          i.verdict === 'inconclusive' ? markdown(i.detail) : counted(i.violations, 'violation'),
          'none',
        ]),
      ],
    ),
    ...(incidents.length > 0
      ? table(
          ['fault', 'struck', 'shown by', 'felt', 'first alert', 'response', 'healed', 'well again'],
          incidents.map((line) =>
            [
              line.name,
              line.struck,
              line.shownBy,
              line.felt,
              line.alert,
              line.responses,
              line.healed,
              line.recovered,
            ].map(markdown),
          ),
        )
      : []),
    ...(impact.length > 0
      ? table(
          ['impact', ''],
          impact.map((line) => [markdown(line.label), line.text]),
        )
      : []),
    `Generator: ${generatorAccount(run)}.`,
    '',
    ...(judgement.reached.length === 0 ? [] : [`Reached: ${markdown(reachedAccount(run))}.`, '']),
    `${markdown(judgement.machine.note)}.`,
    '',
    `Repeat: ${code(record.command)}`,
    '',
  ].join('\n');
}

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  `| ${header.join(' | ')} |`,
  `|${header.map(() => '---').join('|')}|`,
  ...rows.map((row) => `| ${row.join(' | ')} |`),
  '',
];
