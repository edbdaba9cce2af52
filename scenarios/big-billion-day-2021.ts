import { consumerLag, decided, decisionLatency, drained } from 'toofan/objectives';
import { defineScenario, seed, steady, surge, warmUp } from 'toofan';
import { bigBillionDay } from './big-billion-day.ts';
import { shopDenials } from './shop-denials.ts';

/** The sale of 2021: 25,000 orders/s, with the claimed lag and accuracy. */
export const bigBillionDay2021 = defineScenario({
  ...bigBillionDay,
  name: 'big-billion-day-2021',
  summary: 'Big Billion Days 2021: the same world, at 25,000 orders/s for a minute.',
  load: [
    warmUp({ perSecond: 1_000, for: '5s' }),
    steady({ name: 'before', perSecond: 1_000, for: '10s' }),
    surge({ to: 25_000, within: '5s', hold: '60s' }),
    steady({ name: 'after', perSecond: 1_000, for: '10s' }),
  ],
  objectives: [
    // Looser than the sale's own 200 ms: here the load generator and all three stores share one machine with the pipeline.
    decisionLatency({ quantile: 0.99, below: '2s', during: 'surge' }),
    consumerLag({ below: '5s' }),
    drained({ within: '10s' }),
    decided({ atLeast: 0.999 }),
    shopDenials,
  ],
  sources: [seed('1727-1792'), seed('4231-4262')],
});
