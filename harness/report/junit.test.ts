import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { failingRun, inconclusiveRun, passingRun, runOf } from './fixtures/runs.ts';
import { elements } from './fixtures/xml.ts';
import { junitXml } from './junit.ts';

const attribute = (attributes: string, name: string) => new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1];

test('one suite a target, with the numbers that its cases have', () => {
  const all = elements(junitXml([passingRun(), failingRun(), inconclusiveRun()]));
  const suites = all.filter(({ name }) => name === 'testsuite');
  expect(
    suites.map(({ attributes }) =>
      ['name', 'id', 'tests', 'failures', 'errors', 'time', 'timestamp'].map((name) => attribute(attributes, name)),
    ),
  ).toEqual([
    ['inventory/streaming', '0', '17', '0', '0', '94.800', '2026-10-08T18:30:00'],
    ['inventory/legacy-batch', '1', '17', '9', '1', '94.800', '2026-10-08T18:30:00'],
    ['inventory/optimistic-hotfix', '2', '13', '0', '3', '94.800', '2026-10-08T18:30:00'],
  ]);
  const count = (wanted: string) => all.filter(({ name }) => name === wanted).length;
  expect([count('testcase'), count('failure'), count('error'), count('skipped')]).toEqual([47, 9, 4, 0]);
});

test('a failure says what was observed and promised, an invariant its violations', () => {
  const text = junitXml([failingRun()]);
  expect(text).toContain('<failure type="fail" message="observed 31.7 s, promised &lt; 2 s: worst at +79 s">');
  expect(text).toContain('<failure type="fail" message="1,204 violations">');
});

test('what could not be judged is an error with its reason', () => {
  expect(junitXml([inconclusiveRun()])).toContain('<error type="inconclusive" message="no read after the drain">');
});

test('elements stand in the order that the strict schema wants', () => {
  const inSuite = elements(junitXml([failingRun()]))
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
      const found = elements(junitXml([runOf(name)]));
      expect(found.map((element) => element.name).filter((each) => each === 'testcase')).toHaveLength(3);
    }),
    { numRuns: 300 },
  );
});
