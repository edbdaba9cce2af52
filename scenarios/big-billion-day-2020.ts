import { zipf } from 'toofan/domains/inventory';
import { brokerDiskFull, connectionsExhausted, databaseLock, dependencyDown, workerLeak } from 'toofan/faults';
import { decided, detected, drained, goodput, recoveredFromEach, shedShare } from 'toofan/objectives';
import { at, decay, defineScenario, type Duration, ramp, respond, seed, steady, story, warmUp } from 'toofan';

/** Every transaction that books stock needs this table: those that wait for it hold the pipeline's whole pool. */
const stockTable = 'LOCK TABLE stock IN ACCESS EXCLUSIVE MODE';
const recoverWithin: Duration = '60s';
/** Kills a worker with a heap of 128 MiB after about four minutes of the chronicle. */
const leakMibPerMinute = 24;

/** The chronicle (source 3930-4285) at so many wall seconds per minute. */
const chronicle = (secondsAMinute: number) => {
  const minutes = (count: number): Duration => `${Number((count * secondsAMinute).toFixed(1))}s`;
  return {
    timeScale: 60 / secondsAMinute,
    load: [
      // Half of normal: a freshly started monolith cannot do more, and no fault begins before it was seen to keep up.
      warmUp({ perSecond: 500, for: '10s' }),
      // +0 to +5: the sale starts, five times the normal load.
      ramp({ name: 'sale starts', to: 5_000, within: minutes(5) }),
      // +5 to +12: on to the 15,000 that came.
      ramp({ name: 'surge builds', to: 15_000, within: minutes(7) }),
      // +12 to +80: until the simplified pipeline is deployed.
      steady({ name: 'surge', perSecond: 15_000, for: minutes(68) }),
      // +80 to +165: back to normal.
      decay({ name: 'recovery', to: 1_000, halfLife: minutes(10), for: minutes(85) }),
    ],
    faults: [
      // +12: the connection pool is exhausted, new orders fail. Nobody gets a new connection, and for a while the existing ones
      // are held by transactions that wait.
      at(story('12min'), connectionsExhausted({ for: story('6min'), recoverWithin })),
      at(story('13min'), databaseLock({ lock: stockTable, for: story('3min'), recoverWithin })),
      // +18: the broker's disk is full, real-time updates stop.
      at(story('18min'), brokerDiskFull({ for: story('3min'), recoverWithin })),
      // +25: memory leaks in the ETL workers, processing stops.
      at(
        story('27min'),
        workerLeak({
          process: 'etl-worker',
          count: 1,
          mibPerSecond: Math.round(leakMibPerMinute / secondsAMinute),
          for: story('28min'),
          recoverWithin,
        }),
      ),
      // +35: the recommendation engine is down.
      at(story('35min'), dependencyDown({ dependency: 'recommendations', for: story('20min'), recoverWithin })),
    ],
    actions: [
      respond(story('16min'), 'resize-pool'),
      // The restarted workers leak too: they last four minutes.
      respond(story('30min'), 'restart-workers'),
      respond(story('40min'), 'cached-recommendations'),
      // +45: "out of stock" for what is available, until the sync is bypassed.
      respond(story('50min'), 'bypass-sync'),
      respond(story('80min'), 'simplified-pipeline'),
    ],
  };
};

/** The sale of 2020 that took 165 minutes to recover, at three wall seconds per minute and the original rates. */
export const bigBillionDay2020 = defineScenario({
  name: 'big-billion-day-2020',
  summary: 'Big Billion Days 2020: the 165-minute incident at 15,000 orders/s, with its five faults.',
  domain: 'inventory',
  target: 'inventory/resilient-2021',
  world: { products: 2_000, popularity: zipf(1.07), flashDeals: 20, stock: { coversDemand: 0.6 } },
  ...chronicle(3),
  mix: { cancellation: 0.03, return: 0.01, restock: 0.02 },
  objectives: [
    detected({ within: '30s' }),
    recoveredFromEach(),
    // Orders that shoppers could not submit because our own fault held the broker do not count.
    goodput({ atLeast: 0.8 }),
    decided({ atLeast: 0.95 }),
    drained({ within: '30s' }),
  ],
  invariants: 'all',
  drainDeadline: '60s',
  sources: [seed('3930-4285'), seed('4117-4150')],
});

/**
 * The same in a minute and a half of load, at a fifth of the rates: restarts and rebalances do not compress, so faults overlap.
 */
export const bigBillionDay2020Short = defineScenario({
  ...bigBillionDay2020,
  ...chronicle(0.5),
  name: 'big-billion-day-2020-short',
  summary: 'The incident of 2020 in 90 seconds, at a fifth of its rates. For continuous integration.',
  loadScale: 0.2,
  // No goodput: a broker and a group take as long to come back as in the long form, and that is most of this surge.
  objectives: [
    detected({ within: '30s' }),
    recoveredFromEach(),
    // Not a share of everything planned either: orders that waited 10 s for the broker are given up, and a broker that takes 20 s
    // instead of 8 to come back, as on a busy machine, loses a quarter of them.
    decided({ atLeast: 0.999, of: 'submitted' }),
    // Most of this surge consists of faults, and orders that waited too long are turned away on purpose (4129-4133): half is our
    // choice.
    shedShare({ below: 0.5 }),
    drained({ within: '30s' }),
  ],
});
