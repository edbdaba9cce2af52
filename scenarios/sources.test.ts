import { expect, it } from 'vitest';
import { lineRange, quotation } from '../harness/report/quotation.ts';
import { scenarios } from './index.ts';

const cited = scenarios.flatMap(({ name, sources }) =>
  sources.flatMap((source) => ('seed' in source ? [[name, source.seed] as const] : [])),
);

it('finds citations to check', () => {
  expect(cited.length).toBeGreaterThan(20);
});

it.each(cited)('%s: lines %s are in the source text, first to last, and its report quotes them all', (_, lines) => {
  expect(lineRange(lines), 'write it as first-last').toBeDefined();
  expect(quotation(lines), 'docs/source/ has no such lines').toMatchObject({ leftOut: 0 });
});
