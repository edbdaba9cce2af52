import { zipf } from 'toofan/domains/wallet';
import { drained, settled, succeeded } from 'toofan/objectives';
import { defineScenario, ramp, warmUp } from 'toofan';
import { walletDenials } from './wallet-denials.ts';

const secondsADay = 86_400;
/** One payment in so many. */
const oneIn = 100;

/**
 * All of UPI, from the month of demonetisation on, by the count of its operator NPCI: 285,402 payments in November 2016,
 * 1,967,140 in December, 4,152,724 in January 2017. The rates are straight lines from zero whose months add up to exactly that:
 * the rate at a month's end is twice its mean rate minus the rate at its beginning.
 */
export const upiNovember2016 = defineScenario({
  name: 'upi-november-2016',
  summary: 'UPI as NPCI counted it, November 2016 to January 2017: one day per second, one payment in a hundred.',
  domain: 'wallet',
  target: 'wallet/streaming',
  timeScale: secondsADay,
  // All payments of a day within a second, and one in a hundred of these.
  loadScale: secondsADay / oneIn,
  world: {
    users: 20_000,
    idSpan: 4_000_000,
    merchants: 1_000,
    popularity: { users: zipf(0.8), merchants: zipf(1.07) },
    shares: { toMerchants: 0.4, mules: 0.005, retries: 0.02 },
    opening: { coversDemand: 0.6 },
  },
  load: [
    warmUp({ perSecond: 0.2, for: '5s' }),
    ramp({ name: 'november', from: 0, to: 0.220_217_593, within: '30s' }),
    ramp({ name: 'december', to: 1.248_674_283, within: '31s' }),
    ramp({ name: 'january', to: 1.852_224_761, within: '31s' }),
  ],
  mix: { add_money: 0.1, refund: 0.02, registration: 0.05 },
  faults: [],
  objectives: [
    succeeded({ atLeast: 0.995 }),
    settled({ quantile: 0.99, within: '2s' }),
    drained({ within: '10s' }),
    ...walletDenials,
  ],
  invariants: 'all',
  drainDeadline: '60s',
  sources: [
    { public: 'NPCI, UPI product statistics, monthly volumes: Nov 2016 285,402; Dec 1,967,140; Jan 2017 4,152,724' },
  ],
});
