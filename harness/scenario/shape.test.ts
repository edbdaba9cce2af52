import { expectTypeOf, it } from 'vitest';
import type { Parsed } from '../schema-problems.ts';
import type { Scenario } from './scenario.ts';
import type { scenarioShape } from './shape.ts';

it('a scenario is what its schema takes, as the compiler sees it', () => {
  expectTypeOf<Parsed<typeof scenarioShape>>().toExtend<Scenario>();
  expectTypeOf<Scenario>().toExtend<Parsed<typeof scenarioShape>>();
});
