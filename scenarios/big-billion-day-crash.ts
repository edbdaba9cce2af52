import { workerCrash } from 'toofan/faults';
import { decided, drained, recovered } from 'toofan/objectives';
import { at, defineScenario, seed } from 'toofan';
import { bigBillionDay } from './big-billion-day.ts';
import { shopDenials } from './shop-denials.ts';

/** The surge, with every worker killed in the middle of it. Until then exactly-once is only a claim. */
export const bigBillionDayCrash = defineScenario({
  ...bigBillionDay,
  name: 'big-billion-day-crash',
  summary: 'The surge of Big Billion Days 2019 with one worker, then all of them, killed mid-surge.',
  faults: [
    at({ phase: 'surge', after: '20s' }, workerCrash({ count: 1, downFor: '2s' })),
    at({ phase: 'surge', after: '40s' }, workerCrash({ downFor: '2s' })),
  ],
  objectives: [recovered({ within: '30s' }), drained({ within: '30s' }), decided({ atLeast: 0.999 }), shopDenials],
  drainDeadline: '120s',
  sources: [seed('1454-1550'), seed('1743-1751')],
});
