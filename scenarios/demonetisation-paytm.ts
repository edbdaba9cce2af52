import { zipf } from 'toofan/domains/wallet';
import { connectionsExhausted, storeFreeze } from 'toofan/faults';
import { drained, settled, succeeded } from 'toofan/objectives';
import { at, defineScenario, ramp, respond, seed, steady, story, warmUp } from 'toofan';
import { walletDenials } from './wallet-denials.ts';

/** The night of 8 November 2016 at Paytm, an hour in ten seconds. */
export const demonetisationPaytm = defineScenario({
  name: 'demonetisation-paytm',
  summary: 'Demonetisation, Paytm: 5,000 payments/s become 150,000 between 20:00 and 01:00; a tenth of it by default.',
  domain: 'wallet',
  target: 'wallet/streaming',
  timeScale: 360,
  loadScale: 0.1,
  world: {
    users: 100_000,
    idSpan: 4_000_000,
    merchants: 5_000,
    popularity: { users: zipf(0.8), merchants: zipf(1.07) },
    shares: { toMerchants: 0.6, mules: 0.005, retries: 0.02 },
    opening: { coversDemand: 0.6 },
  },
  load: [
    warmUp({ perSecond: 5_000, for: '5s' }),
    // 20:00: the announcement, at the previous peak (1806). 20:30: three times that (1832).
    ramp({ name: '20:00', from: 5_000, to: 15_000, within: '5s' }),
    // On to the 150,000/s of the crisis (1814). The source gives no hour for it: here 22:30, when most payments fail (1848).
    ramp({ name: '20:30', to: 150_000, within: '20s' }),
    steady({ name: '22:30', perSecond: 150_000, for: '25s' }),
    // 01:00: partial stabilisation (1861-1866).
    ramp({ name: '01:00', to: 50_000, within: '5s' }),
  ],
  // 500,000 registrations by 22:30 (1847), spread over all payments until then. The others: our own shares.
  mix: { add_money: 0.05, refund: 0.01, registration: 0.001 },
  faults: [
    // 21:15: warnings that the pool is exhausted (1841).
    at(story('75min'), connectionsExhausted({ server: 'shard0', for: story('15min'), recoverWithin: '60s' })),
    // 22:30: time-outs of the database (1846).
    at(story('150min'), storeFreeze({ store: 'postgres:shard1', for: story('20min'), recoverWithin: '60s' })),
  ],
  actions: [
    // 23:45: emergency database tuning (1858). 01:00: the emergency streaming pipeline (1864).
    respond(story('225min'), 'raise-pool'),
    respond(story('300min'), 'crisis-mode-on'),
  ],
  objectives: [
    // What counted as stabilised that night (1862).
    succeeded({ atLeast: 0.85 }),
    settled({ quantile: 0.99, within: '30s' }),
    drained({ within: '60s' }),
    ...walletDenials,
  ],
  invariants: 'all',
  drainDeadline: '120s',
  sources: [seed('1804-1867')],
});
