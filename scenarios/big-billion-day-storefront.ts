import { zipf } from 'toofan/domains/inventory';
import { decided, decisionLatency, drained, requestLatency, requestsFailed, requestsShed } from 'toofan/objectives';
import { defineScenario, seed, steady, surge, warmUp } from 'toofan';
import { bigBillionDay } from './big-billion-day.ts';
import { shopDenials } from './shop-denials.ts';

const journey = 'toofan/simulators/inventory/storefront/journeys/sale.ts';

/** The sale as shoppers see it: fifteenfold, over HTTP. A visit is three requests, see the journey. */
export const bigBillionDayStorefront = defineScenario({
  ...bigBillionDay,
  name: 'big-billion-day-storefront',
  summary: 'HTTP shoppers: 200 requests/s become 3,000 within 5 s and stay there for a minute.',
  target: 'inventory/storefront',
  world: { products: 2_000, popularity: zipf(1.07), flashDeals: 20, stock: { coversDemand: 0.6 } },
  // Each visit is three requests: 67/s are 200, 1,000/s are 3,000. Warehouse operations come by Kafka all the same; on more than
  // two cores, rates times 16 and `visits.everyNth=16` add 15,000 orders/s by Kafka.
  load: [
    // A shop that has been open for days: its code is compiled.
    warmUp({ perSecond: 400, for: '5s' }),
    steady({ name: 'before', perSecond: 67, for: '10s' }),
    surge({ to: 1_000, within: '5s', hold: '60s' }),
    steady({ name: 'after', perSecond: 67, for: '10s' }),
  ],
  visits: { everyNth: 1, journey, lasts: '400ms' },
  objectives: [
    requestLatency({ request: 'order', quantile: 0.99, below: '1s', during: 'surge' }),
    requestLatency({ request: 'browse', quantile: 0.99, below: '500ms', during: 'surge' }),
    requestsFailed({ below: 0.001 }),
    decisionLatency({ quantile: 0.99, below: '1s', during: 'surge' }),
    shopDenials,
    requestsShed({ below: 0.01 }),
    drained({ within: '10s' }),
    decided({ atLeast: 0.999 }),
  ],
  sources: [seed('1454-1550'), seed('3948-3959')],
});

/** Ten seconds of it, for a first try and for tests. */
export const storefrontSmoke = defineScenario({
  ...bigBillionDayStorefront,
  name: 'storefront-smoke',
  summary: 'Ten seconds of HTTP shoppers: 40 requests/s become 600. For a first try and for tests.',
  timeScale: 450,
  world: { ...bigBillionDayStorefront.world, products: 500 },
  // Half of all orders come by Kafka.
  visits: { ...bigBillionDayStorefront.visits, everyNth: 2 },
  load: [
    warmUp({ perSecond: 27, for: '2s' }),
    steady({ name: 'before', perSecond: 27, for: '1s' }),
    surge({ to: 400, within: '1s', hold: '5s' }),
    steady({ name: 'after', perSecond: 27, for: '1s' }),
  ],
  objectives: [
    requestLatency({ request: 'order', quantile: 0.99, below: '2s', during: 'surge' }),
    requestsFailed({ below: 0.001 }),
    drained({ within: '10s' }),
    // Some 2,250 orders are enough evidence for 99.8 %, not for 99.9 %.
    decided({ atLeast: 0.998 }),
    shopDenials,
    requestsShed({ below: 0.01 }),
  ],
  drainDeadline: '30s',
  sources: [seed('1454-1550')],
});

/**
 * What `toofan mutants` drills the storefront with: few shoppers, whom k6 can send on time anywhere, and few products, which sell
 * out.
 */
export const storefrontMutants = defineScenario({
  ...storefrontSmoke,
  name: 'storefront-mutants',
  summary: 'Six seconds of few shoppers over HTTP on few products; drills the mutants of the storefront.',
  world: { ...storefrontSmoke.world, products: 40, flashDeals: 10 },
  load: [warmUp({ perSecond: 40, for: '2s' }), steady({ perSecond: 120, for: '6s' })],
  objectives: [drained({ within: '20s' }), decided({ atLeast: 0.99 }), shopDenials, requestsShed({ below: 0.01 })],
});
