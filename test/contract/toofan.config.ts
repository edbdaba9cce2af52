import { defineConfig, defineScenario, steady, warmUp } from 'toofan';
import { decided } from 'toofan/objectives';
import { scenarios } from '../../scenarios/index.ts';
import { alreadyRunningTarget } from './already-running-target.ts';
import { javaTarget } from './java-target.ts';

const mutants = scenarios.find(({ name }) => name === 'mutants');
if (mutants === undefined)
  throw new Error('the scenario that drills the mutants has gone; these drills are made from it');

/** Short, and rich in what goes wrong. */
const contract = defineScenario({
  ...mutants,
  name: 'contract',
  load: [warmUp({ perSecond: 100, for: '1s' }), steady({ perSecond: 400, for: '4s' })],
  // 1,600 orders are enough evidence for 99.8 %, not for 99.9 %.
  objectives: [...mutants.objectives.filter(({ type }) => type !== 'decided'), decided({ atLeast: 0.998 })],
});

export default defineConfig({
  targets: [javaTarget, alreadyRunningTarget],
  scenarios: [
    contract,
    {
      ...contract,
      name: 'contract-without-shelf',
      invariants: [
        'no-overpromise',
        'no-oversell',
        'no-undersell',
        'no-lost-order',
        'no-phantom-decision',
        'one-decision',
        'promise-kept',
        'books-balance',
        'effects-once',
      ],
    },
  ],
});
