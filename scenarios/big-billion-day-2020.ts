import { zipf } from '../harness/domains/inventory/index.ts';
import { brokerDiskFull } from '../harness/faults/broker-disk-full.ts';
import { connectionsExhausted } from '../harness/faults/connections-exhausted.ts';
import { databaseLock } from '../harness/faults/database-lock.ts';
import { dependencyDown } from '../harness/faults/dependency-down.ts';
import { workerLeak } from '../harness/faults/worker-leak.ts';
import { decided, drained } from '../harness/judge/objectives/index.ts';
import { at, decay, defineScenario, ramp, respond, seed, steady, warmUp } from '../harness/scenario/scenario.ts';
import { story } from '../harness/scenario/time.ts';

/** Every transaction of a pipeline that books stock needs this table: those that wait hold its whole pool. */
const bookingTable = 'LOCK TABLE stock IN ACCESS EXCLUSIVE MODE';

/**
 * The sale of 2020 that took 165 minutes to recover (source 3930-4285), minute by minute, three wall seconds each. Rates
 * are real; what a broker's restart or a rebalance takes does not compress.
 */
export const bigBillionDay2020 = defineScenario({
  name: 'big-billion-day-2020',
  summary:
    'Big Billion Days 2020: the 165-minute incident, 15,000 orders/s and five faults, at the minutes of its chronicle.',
  domain: 'inventory',
  target: 'inventory/resilient-2021',
  timeScale: 20,
  world: { products: 2_000, popularity: zipf(1.07), flashDeals: 20, stock: { coversDemand: 0.6 } },
  load: [
    warmUp({ perSecond: 1_000, for: '10s' }),
    // +0 to +5: the sale starts, 5x the normal load.
    ramp({ name: 'sale starts', to: 5_000, within: '15s' }),
    // +5 to +12: on to the 15,000 that came.
    ramp({ name: 'surge builds', to: 15_000, within: '21s' }),
    // +12 to +80: until the simplified pipeline.
    steady({ name: 'surge', perSecond: 15_000, for: '204s' }),
    // +80 to +165: back to normal.
    decay({ name: 'recovery', to: 1_000, halfLife: '30s', for: '255s' }),
  ],
  mix: { cancellation: 0.03, return: 0.01, restock: 0.02 },
  faults: [
    // +12: the pool is exhausted, new orders fail.
    at(story('12min'), connectionsExhausted({ for: story('6min'), recoverWithin: '60s' })),
    at(story('13min'), databaseLock({ lock: bookingTable, for: story('3min'), recoverWithin: '60s' })),
    // +18: the broker's disk is full, inventory updates stop.
    at(story('20min'), brokerDiskFull({ for: story('2min'), recoverWithin: '60s' })),
    // +25: memory leaks in the ETL workers, processing stops.
    at(
      story('27min'),
      workerLeak({ process: 'etl-worker', count: 1, mibPerSecond: 8, for: story('18min'), recoverWithin: '60s' }),
    ),
    // +35: the recommendation engine is down.
    at(story('35min'), dependencyDown({ dependency: 'recommendations', for: story('20min'), recoverWithin: '60s' })),
  ],
  actions: [
    respond(story('16min'), 'resize-pool'),
    respond(story('45min'), 'restart-workers'),
    respond(story('40min'), 'cached-recommendations'),
    // +45: "out of stock" for what is available, until the sync is bypassed.
    respond(story('50min'), 'bypass-sync'),
    respond(story('80min'), 'simplified-pipeline'),
  ],
  objectives: [drained({ within: '60s' }), decided({ atLeast: 0.9 })],
  invariants: 'all',
  drainDeadline: '60s',
  sources: [seed('3930-4285'), seed('4117-4150')],
});
