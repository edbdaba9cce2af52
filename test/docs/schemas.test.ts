import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { incidentRun } from '../../harness/report/fixtures/incident.ts';
import { failingRun, inconclusiveRun, passingRun } from '../../harness/report/fixtures/runs.ts';
import { runJson } from '../../harness/report/run-json.ts';
import { runShape } from '../../harness/report/run-shape.ts';
import { schemaProblems } from '../../harness/schema-problems.ts';
import { scenarios } from '../../scenarios/index.ts';

const folder = resolve(import.meta.dirname, '../../docs/schema');
/** `strictTypes` would refuse a `pattern` next to a `const`; anything else that is no JSON Schema is refused. */
const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
const compiled = (file: string): ValidateFunction =>
  ajv.compile(JSON.parse(readFileSync(join(folder, file), 'utf8')) as object);

const problemsOf = (validate: ValidateFunction, value: unknown): string[] => {
  validate(JSON.parse(JSON.stringify(value)));
  return (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`);
};

describe('scenario.schema.json', () => {
  const schema = compiled('scenario.schema.json');
  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('takes %s', (_, scenario) => {
    expect(problemsOf(schema, scenario)).toEqual([]);
  });
  it.each([
    [{ timescale: 60 }, 'must NOT have additional properties'],
    [{ drainDeadline: '10 minutes' }, '/drainDeadline must match pattern'],
    [{ world: { products: 0.5 } }, '/world/products must be integer'],
    [{ objectives: [{ type: 'decided', atLeast: 2 }] }, '/objectives/0/atLeast must be <= 1'],
    [{ faults: [{ at: { storyMs: 0 }, fault: { type: 'worker-crash' } }] }, "must have required property 'downFor'"],
  ])('refuses %j', (change, says) => {
    const scenario = scenarios.find(({ name }) => name === 'smoke');
    expect(problemsOf(schema, { ...scenario, ...change }).join('\n')).toContain(says);
  });
});

describe('run.schema.json', () => {
  const schema = compiled('run.schema.json');
  const runs = [passingRun(), failingRun(), inconclusiveRun(), incidentRun()].map(({ record, judgement }) =>
    runJson(record, judgement),
  );
  it('takes what a judged run writes, and the zod schema that it is made of takes no more', () => {
    for (const run of runs) {
      expect(problemsOf(schema, run)).toEqual([]);
      expect(schemaProblems(runShape, run)).toEqual([]);
    }
  });
  it('takes what an aborted run writes', () => {
    const there = [{ target: 'inventory/streaming', folder: '', holds: 'a judged drill' }];
    const of = { run: 'smoke-1', scenario: 'smoke', targets: ['inventory/streaming'], seed: 1, command: 'npx toofan' };
    expect(problemsOf(schema, { schema: 1, ...of, verdict: 'aborted', why: 'interrupted', there })).toEqual([]);
  });
  it('refuses a verdict that there is not, and lets members be added', () => {
    expect(problemsOf(schema, { ...runs[0], verdict: 'maybe' })).not.toEqual([]);
    expect(problemsOf(schema, { ...runs[0], added: 1 })).toEqual([]);
  });
});
