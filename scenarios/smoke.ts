import { decided, decisionLatency, drained } from 'toofan/objectives';
import { defineScenario, seed, steady, surge, warmUp } from 'toofan';
import { bigBillionDay } from './big-billion-day.ts';
import { shopDenials } from './shop-denials.ts';

/** Ten seconds of load, for a first try and for tests. The legacy batch runs every 4 s of it. */
export const smoke = defineScenario({
  ...bigBillionDay,
  name: 'smoke',
  summary: 'Ten seconds: 500 orders/s become 4,000. For a first try and for tests.',
  timeScale: 450,
  world: { ...bigBillionDay.world, products: 500 },
  load: [
    warmUp({ perSecond: 500, for: '2s' }),
    steady({ name: 'before', perSecond: 500, for: '1s' }),
    surge({ to: 4_000, within: '1s', hold: '5s' }),
    steady({ name: 'after', perSecond: 500, for: '1s' }),
  ],
  objectives: [
    decisionLatency({ quantile: 0.99, below: '2s', during: 'surge' }),
    drained({ within: '10s' }),
    // A first try is often made smaller; a note then says that the bound needs more.
    decided({ atLeast: 0.999, minimumEvidence: 1_000 }),
    shopDenials,
  ],
  drainDeadline: '30s',
  sources: [seed('1454-1550')],
});
