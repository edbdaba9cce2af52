import { expect, it } from 'vitest';
import { failingRun } from '../fixtures/runs.ts';
import { startOf } from '../judged-run.ts';
import { exampleLife } from './example-life.ts';

const run = failingRun();
const moment = (op: number, event: string, change: number | null) => ({
  at: startOf(run.record) + 1_500_000,
  event,
  op,
  attempt: 1,
  kind: null,
  key: 'p',
  detail: '<b>x</b>',
  asked: null,
  change,
  remaining: change === null ? null : 3,
});
const told = { ...run, life: [moment(1, 'sent', null), moment(1, 'effect', -2), moment(9, 'sent', null)] };
const shown = (...args: Parameters<typeof exampleLife>) => exampleLife(...args).text.replaceAll(/\s*\n\s*/g, '');

it('tells the moments of these operations, as text', () => {
  const text = shown(told, [1, 2], 'no-oversell, example 1');
  expect(text.match(/<tr>/g)).toHaveLength(3);
  expect(text).toContain('<td>effect</td><td>&lt;b&gt;x&lt;/b&gt;</td><td>-2</td><td>3</td>');
  expect(text).toContain('aria-label="Moments of no-oversell, example 1 on');
  expect(text).not.toContain('<b>x');
});

it('is empty where there are none', () => {
  expect(shown(told, [7], 'x')).toBe('');
  expect(shown(run, [1], 'x')).toBe('');
});

it('has no amounts where nothing is measured', () => {
  const text = shown({ ...told, judgement: { ...told.judgement, measure: null } }, [1], 'x');
  expect(text).not.toContain('change');
});
