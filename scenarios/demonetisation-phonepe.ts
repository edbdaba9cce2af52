import { zipf } from 'toofan/domains/wallet';
import {
  connectionsExhausted,
  dependencyDown,
  dependencyLimited,
  dependencySlow,
  storeFreeze,
  storeKill,
  workerCrash,
} from 'toofan/faults';
import { degradedTime, detected, drained, recoveredFromEach, settled, succeeded } from 'toofan/objectives';
import { at, decay, defineScenario, type Duration, ramp, respond, seed, steady, story, warmUp } from 'toofan';
import { walletDenials } from './wallet-denials.ts';

/** Wall seconds per hour of the chronicle. */
const secondsAnHour = 4;
const hours = (count: number): Duration => `${count * secondsAnHour}s`;
const recoverWithin: Duration = '60s';
/** The table's payments per hour, as a rate (4345-4399): real, and never more than 333 per second. */
const perHour = (payments: number): number => payments / 3_600;

/** The 28 hours from the announcement, and then the surge that was claimed to have been handled (4319, 4327, 4690-4691). */
export const demonetisationPhonepe = defineScenario({
  name: 'demonetisation-phonepe',
  summary: 'Demonetisation, PhonePe: 28 hours of 8-10 November 2016 in two minutes: 100 payments/s become 5,000.',
  domain: 'wallet',
  target: 'wallet/streaming',
  timeScale: 3_600 / secondsAnHour,
  // A hundredth of the five million users (4541). A quarter of the ids are beyond 3,000,000, where the emergency sharding ends.
  world: {
    users: 50_000,
    idSpan: 4_000_000,
    merchants: 2_000,
    popularity: { users: zipf(0.8), merchants: zipf(1.07) },
    shares: { toMerchants: 0.6, mules: 0.005, retries: 0.02 },
    opening: { coversDemand: 0.6 },
  },
  load: [
    warmUp({ perSecond: 100, for: '5s' }),
    ramp({ name: '20:00', from: perHour(10_000), to: perHour(25_000), within: hours(1) }),
    ramp({ name: '21:00', to: perHour(100_000), within: hours(2) }),
    ramp({ name: '23:00', to: perHour(500_000), within: hours(7) }),
    ramp({ name: '06:00', to: perHour(800_000), within: hours(3) }),
    ramp({ name: '09:00', to: perHour(1_200_000), within: hours(3) }),
    ramp({ name: '12:00', to: perHour(1_000_000), within: hours(3) }),
    ramp({ name: '15:00', to: perHour(800_000), within: hours(9) }),
    // Fifty times the normal rate within six hours (4690).
    steady({ name: 'normal', perSecond: 100, for: hours(1) }),
    ramp({ name: 'fifty-fold', to: 5_000, within: hours(6) }),
    steady({ name: 'claim', perSecond: 5_000, for: hours(5) }),
    decay({ name: 'after', to: perHour(800_000), halfLife: '1s', for: '10s' }),
  ],
  // 100,000 new users per hour with 1,200,000 payments (4329, 4382). Refunds and money from banks: our own shares.
  mix: { add_money: 0.1, refund: 0.02, registration: 0.08 },
  faults: [
    // 23:00: bank apps crash (4358-4363).
    at(story('3h'), dependencySlow({ dependency: 'upi-switch', latencyMs: 1_500, for: story('2h'), recoverWithin })),
    at(story('6h'), dependencyDown({ dependency: 'upi-switch', for: story('1h'), recoverWithin })),
    // 06:00: the system struggles (4364-4370); a worker dies between a debit and its credit, or somewhere else.
    at(story('10h'), workerCrash({ count: 1, downFor: '2s', recoverWithin })),
    // 09:00: the pool is exhausted, fraud detection is overloaded (4376).
    at(story('13h'), connectionsExhausted({ server: 'shard0', for: story('1h'), recoverWithin })),
    at(story('13h'), dependencyLimited({ dependency: 'fraud', perSecond: 50, for: story('2h'), recoverWithin })),
    // 12:00: the ETL is blocked, real-time processing fails (4383).
    at(story('16h'), storeFreeze({ store: 'postgres:shard1', for: story('1h'), recoverWithin })),
    at(story('17.5h'), workerCrash({ downFor: '2s', recoverWithin })),
    at(story('20h'), storeKill({ store: 'kafka', downFor: '2s', recoverWithin })),
  ],
  actions: [
    // 09:00: emergency scaling (4374); 12:00: emergency mode (4381).
    respond(story('14h'), 'raise-pool'),
    respond(story('16h'), 'crisis-mode-on'),
    respond(story('19h'), 'crisis-mode-auto'),
    // 15:00: the emergency architecture is in place (4385-4391); whatever died is started.
    respond(story('23h'), 'restart-workers'),
  ],
  objectives: [
    // The claim (4692).
    succeeded({ atLeast: 0.995 }),
    // Answered and settled within the same second for all payments except those during a fault.
    settled({ quantile: 0.99, within: '10s' }),
    // Three hours of emergency mode (4381-4391), its causes, and the surge beyond the capacity of fraud detection: two minutes of
    // three, and then it ends.
    degradedTime({ below: '120s' }),
    // Automated alerts took two minutes (4684).
    detected({ within: '2min' }),
    recoveredFromEach(),
    drained({ within: '30s' }),
    ...walletDenials,
  ],
  invariants: 'all',
  drainDeadline: '90s',
  sources: [seed('4313-4399'), seed('4541'), seed('4680-4694')],
});
