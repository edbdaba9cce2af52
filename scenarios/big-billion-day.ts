import { zipf } from 'toofan/domains/inventory';
import { consumerLag, decided, decisionLatency, drained, memoryBounded, shelfAccuracy } from 'toofan/objectives';
import { defineScenario, seed, steady, surge, warmUp } from 'toofan';
import { shopDenials } from './shop-denials.ts';

/** Flipkart's sale of 2019: planned for 10x, hit by 15x, with a batch that counted stock every half hour. */
export const bigBillionDay = defineScenario({
  name: 'big-billion-day',
  summary: 'Big Billion Days 2019: 1,000 orders/s become 15,000 within 5 s and stay there for a minute.',
  domain: 'inventory',
  target: 'inventory/streaming',
  // The 30-minute legacy batch then runs every 30 s: at least twice within the surge.
  timeScale: 60,
  world: { products: 2_000, popularity: zipf(1.07), flashDeals: 20, stock: { coversDemand: 0.6 } },
  load: [
    warmUp({ perSecond: 1_000, for: '5s' }),
    steady({ name: 'before', perSecond: 1_000, for: '10s' }),
    surge({ to: 15_000, within: '5s', hold: '60s' }),
    steady({ name: 'after', perSecond: 1_000, for: '10s' }),
  ],
  mix: { cancellation: 0.03, return: 0.01, restock: 0.02 },
  faults: [],
  objectives: [
    decisionLatency({ quantile: 0.99, below: '500ms', during: 'surge' }),
    consumerLag({ below: '2s' }),
    drained({ within: '10s' }),
    decided({ atLeast: 0.999 }),
    shopDenials,
    shelfAccuracy({ atLeast: 0.998 }),
    memoryBounded({ below: 400 }),
  ],
  invariants: 'all',
  // Far beyond the objective, so that a late pipeline is judged by what it did, not by what it had not done yet.
  drainDeadline: '120s',
  sources: [seed('1454-1550'), seed('1727-1792'), seed('3948-3959')],
});
