import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { failingRun, inconclusiveRun, passingRun, runOf } from './fixtures/runs.ts';
import { elements } from './fixtures/xml.ts';
import { junitXml } from './junit.ts';

const page = '/results/r/report.html';
const attribute = (attributes: string, name: string) => new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1];

test('one suite a target, with the numbers that its cases have', () => {
  const all = elements(junitXml([passingRun(), failingRun(), inconclusiveRun()], page));
  const suites = all.filter(({ name }) => name === 'testsuite');
  expect(
    suites.map(({ attributes }) =>
      ['name', 'id', 'tests', 'failures', 'errors', 'time', 'timestamp'].map((name) => attribute(attributes, name)),
    ),
  ).toEqual([
    ['inventory/streaming', '0', '17', '0', '0', '94.800', '2026-10-08T18:30:00'],
    ['inventory/legacy-batch', '1', '17', '8', '1', '94.800', '2026-10-08T18:30:00'],
    ['inventory/optimistic-hotfix', '2', '13', '0', '2', '94.800', '2026-10-08T18:30:00'],
  ]);
  const count = (wanted: string) => all.filter(({ name }) => name === wanted).length;
  expect([count('testcase'), count('failure'), count('error'), count('skipped')]).toEqual([47, 8, 3, 0]);
});

test('a failure says what was observed and promised, an invariant its violations', () => {
  const text = junitXml([failingRun()], page);
  expect(text).toContain('<failure type="fail" message="observed 31.7 s, promised &lt; 2 s: worst at +79 s">');
  expect(text).toContain('<failure type="fail" message="1,204 violations">');
});

test('whatever is broken fails once, under its scenario and target, and the page is attached', () => {
  const text = junitXml([failingRun()], page);
  expect(text).toContain('<testcase classname="big-billion-day.inventory/legacy-batch" name="verdict" time="0"/>');
  expect(text).toContain('<testcase classname="big-billion-day.inventory/legacy-batch" name="no-oversell" time="0">');
  expect(text).toContain('1318 units sold beyond a stock of 300');
  expect(text).toContain('[[ATTACHMENT|/results/r/report.html]]</system-out>');
});

test('a counterexample that names no operation ends with what was wrong', () => {
  const run = failingRun();
  const invariants = run.judgement.invariants.map((one) => ({
    ...one,
    examples: one.examples.map((example) => ({ ...example, key: null, at: null, ops: [] })),
  }));
  const body = junitXml([{ ...run, judgement: { ...run.judgement, invariants } }], page);
  expect(body).toMatch(/^1318 units sold beyond a stock of 300$/m);
});

test('a run whose parts all pass and whose verdict does not is not green', () => {
  const run = passingRun();
  const doubted = { ...run, judgement: { ...run.judgement, verdict: 'inconclusive' as const } };
  expect(junitXml([doubted], page)).toContain('name="verdict" time="0">\n      <error type="inconclusive"');
});

test('what could not be judged is an error with its reason', () => {
  expect(junitXml([inconclusiveRun()], page)).toContain(
    '<error type="inconclusive" message="no read after the drain">',
  );
});

test('elements stand in the order that the strict schema wants', () => {
  const inSuite = elements(junitXml([failingRun()], page))
    .filter(({ depth }) => depth === 2)
    .map(({ name }) => name);
  expect(inSuite.filter((name, index) => name !== inSuite[index - 1])).toEqual([
    'properties',
    'testcase',
    'system-out',
    'system-err',
  ]);
});

test('is well formed whatever the names are', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(']]>', '<!--', '&#0;', '"/><x a="', '\uFFFE\u0000\u001B'),
  );
  fc.assert(
    fc.property(text, (name) => {
      const found = elements(junitXml([runOf(name)], page));
      expect(found.map((element) => element.name).filter((each) => each === 'testcase')).toHaveLength(3);
    }),
    { numRuns: 300 },
  );
});
