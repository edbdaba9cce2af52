import { decided, drained } from 'toofan/objectives';
import { defineScenario, seed, steady, warmUp } from 'toofan';
import { bigBillionDay } from './big-billion-day.ts';
import { shopDenials } from './shop-denials.ts';

/**
 * What `toofan mutants` drills with: small, short, and rich in what goes wrong: many cancellations, returns, restocks and double
 * clicks on few products, most of which sell out.
 */
export const mutants = defineScenario({
  ...bigBillionDay,
  name: 'mutants',
  summary: 'Five seconds at 1,000 orders/s, rich in cancellations, returns and double clicks; drills the mutants.',
  timeScale: 450,
  world: { ...bigBillionDay.world, products: 60, flashDeals: 10, doublePress: 0.05 },
  load: [warmUp({ perSecond: 500, for: '1s' }), steady({ perSecond: 1_000, for: '4s' })],
  mix: { cancellation: 0.15, return: 0.1, restock: 0.05 },
  objectives: [drained({ within: '20s' }), decided({ atLeast: 0.999 }), shopDenials],
  drainDeadline: '20s',
  sources: [seed('1727-1792')],
});
