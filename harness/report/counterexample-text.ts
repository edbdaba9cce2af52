import { toldOfEach } from '../judge/told-operations.ts';
import type { Counterexample, InvariantResult } from '../judge/judgement.ts';
import { counted, measured, nothing, plain } from './format.ts';
import { type JudgedRun, moment, operations } from './judged-run.ts';
import { aligned } from './text-table.ts';

/** The worst counterexamples of a broken invariant as text: each with its time, and a table of its operations. */
export function counterexampleText(run: JudgedRun, { examples, violations }: InvariantResult, most = 3): string {
  const shown = examples.slice(0, most).flatMap((example) => [...exampleLines(run, example), '']);
  const rest = violations - Math.min(most, examples.length);
  return [...shown, ...(rest > 0 ? [`… and ${counted(rest, 'more violation')}`] : [])].join('\n').trimEnd();
}

function exampleLines(run: JudgedRun, { key, at, detail, ops }: Counterexample): string[] {
  const where = [key === null ? '' : plain(key), at === null ? '' : moment(run.record, at)];
  const place = where.filter((part) => part !== '').join(' at ');
  const table = operationLines(run, ops);
  return [
    `${place === '' ? '' : `${place}: `}${plain(detail)}`,
    ...(table.length > 0 ? table : [operations(ops, toldOfEach)])
      .filter((line) => line !== '')
      .map((line) => `  ${line}`),
  ];
}

/** The operations of an example, one per line; none if the judge listed none. */
function operationLines(
  { record, judgement: { operations: all, measure } }: JudgedRun,
  ops: readonly number[],
): string[] {
  const told = all.filter(({ op }) => ops.slice(0, toldOfEach).includes(op));
  if (told.length === 0) return [];
  const amount = (value: number | null) =>
    value === null || measure === null ? nothing : measured(value, measure === 'units' ? counting(value) : 'paise');
  const rows = told.map(({ op, kind, key, asked, at, answer, decidedAt, left }) => [
    `${plain(kind)} ${op}`,
    plain(key),
    moment(record, at),
    amount(asked),
    plain(answer ?? 'none'),
    moment(record, decidedAt),
    amount(left),
  ]);
  const rest = ops.length - told.length;
  return [
    ...aligned([['operation', 'key', 'at', 'asked', 'answer', 'decided', 'left after'], ...rows]),
    ...(rest > 0 ? [`and ${counted(rest, 'more operation')}`] : []),
  ];
}

const counting = (value: number): string => (Math.abs(value) === 1 ? 'unit' : 'units');
