import { expect, test } from 'vitest';

import { respond } from '../scenario/scenario.ts';
import { story } from '../scenario/time.ts';
import { actionDoubts } from './action-doubts.ts';

const scenario = { actions: [respond(story('1min'), 'raise-pool'), respond(story('2min'), 'raise-pool')] };
const events = (...stages: readonly string[]) =>
  stages.map((stage, at) => ({ at, kind: 'action', name: 'raise-pool', stage, detail: 'no such pool\na log' }));
const never = 'The action raise-pool was not verified';

test('an action that the history does not tell of was not verified', () => {
  expect(actionDoubts({ scenario }, [])).toEqual([never]);
  expect(actionDoubts({ scenario }, events('commanded', 'verified'))).toEqual([never]);
  expect(actionDoubts({ scenario }, events('commanded', 'verified', 'commanded', 'verified'))).toEqual([]);
});
test('one that failed is told with its reason, beside one that was done', () => {
  expect(actionDoubts({ scenario }, events('commanded', 'verified', 'commanded', 'failed'))).toEqual([
    'The action raise-pool failed: no such pool',
  ]);
});
test('one that the target does not know is left out on purpose', () => {
  expect(actionDoubts({ scenario }, events('unknown', 'unknown'))).toEqual([]);
});
