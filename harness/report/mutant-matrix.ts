import { createColors } from 'picocolors';
import type { Verdict } from '../judge/judgement.ts';

/** One drill of `toofan mutants`: a mutant, or a seed of the sound pipeline. */
export interface MutantRow {
  readonly name: string;
  readonly verdicts: Readonly<Record<string, Verdict>>;
  /** Empty for the sound pipeline, which must be acquitted. */
  readonly convictedBy: readonly string[];
  /** `unsure`: nothing is wrong, but the evidence is too thin. */
  readonly outcome: 'expected' | 'unexpected' | 'unsure';
  /** Objectives missed or inconclusive. */
  readonly doubts: readonly string[];
}

/**
 * Mutants × what may convict them (invariants, and objectives named for a mutant): `✗` convicted, `?` inconclusive, `·`
 * acquitted, `!` named but not convicted.
 */
export function mutantMatrix(base: string, rows: readonly MutantRow[], { colour }: { colour: boolean }): string {
  const paint = createColors(colour);
  const invariants = [...new Set(rows.flatMap((row) => Object.keys(row.verdicts)))];
  const marks = { expected: paint.green('✓'), unexpected: paint.red('✗'), unsure: paint.yellow('?') };
  const widest = Math.max(...rows.map(({ name }) => name.length), base.length) + 4;
  const cell = (row: MutantRow, invariant: string): string => {
    const verdict = row.verdicts[invariant];
    const named = row.convictedBy.includes(invariant);
    if (verdict === 'fail') return named ? paint.green('✗') : row.convictedBy.length > 0 ? '✗' : paint.red('✗');
    if (named) return paint.red('!');
    return verdict === 'inconclusive' ? paint.yellow('?') : paint.dim('·');
  };
  const heads = invariants.map((name, index) => `${' '.repeat(widest)}${'│ '.repeat(index)}┌ ${name}`);
  const lines = rows.map((row) => {
    const mark = marks[row.outcome];
    const cells = invariants.map((invariant) => cell(row, invariant)).join(' ');
    const doubts = row.outcome !== 'expected' && row.doubts.length > 0 ? `  missed: ${row.doubts.join(', ')}` : '';
    return `${mark} ${row.name.padEnd(widest - 2)}${cells}${doubts}`;
  });
  const mutants = rows.filter((row) => row.convictedBy.length > 0);
  const convicted = mutants.filter((row) => row.outcome === 'expected').length;
  return [
    '',
    ...heads,
    ...lines,
    '',
    paint.dim('✗ convicted   · acquitted   ? inconclusive   ! expected, not convicted'),
    `${convicted} of ${mutants.length} mutants convicted by the promises named for them; ${allInAll(rows)}`,
    '',
  ].join('\n');
}

function allInAll(rows: readonly MutantRow[]): string {
  const wrong = rows.filter(({ outcome }) => outcome === 'unexpected').length;
  const unsure = rows.filter(({ outcome }) => outcome === 'unsure').length;
  const said = [
    ...(wrong > 0 ? [`${wrong} of ${rows.length} rows are not as expected`] : []),
    ...(unsure > 0 ? [`${unsure} of ${rows.length} inconclusive`] : []),
  ];
  return said.length === 0 ? 'every row is as expected' : said.join(', ');
}
