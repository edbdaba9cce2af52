import { decisionLatency, degradedShare, drained, succeeded } from 'toofan/objectives';
import { defineScenario, seed, steady, surge, warmUp } from 'toofan';
import { fasterMachine } from './bounds-for.ts';
import { demonetisationPhonepe } from './demonetisation-phonepe.ts';
import { walletDenials } from './wallet-denials.ts';

/** The claim alone: fifty times the normal rate, with every payment checked, and nothing going wrong. */
export const demonetisationClaim = defineScenario({
  ...demonetisationPhonepe,
  name: 'demonetisation-claim',
  summary: 'Demonetisation, PhonePe: 100 payments/s become the claimed 5,000, held for a minute without a fault.',
  load: [
    warmUp({ perSecond: 1_000, for: '10s' }),
    steady({ name: 'normal', perSecond: 100, for: '5s' }),
    surge({ to: 5_000, within: '5s', hold: '60s' }),
    steady({ name: 'after', perSecond: 100, for: '5s' }),
  ],
  // Money from banks, refunds and new users relative to payments: our own shares.
  mix: { add_money: 0.02, refund: 0.01, registration: 0.01 },
  faults: [],
  boundsFor: fasterMachine,
  actions: [],
  objectives: [
    decisionLatency({ quantile: 0.99, below: '200ms', during: 'surge' }),
    succeeded({ atLeast: 0.995 }),
    // The fraud budget: the share of payments checked only by the basic rule because the service did not answer within 20 ms
    // (246). Our own.
    degradedShare({ below: 0.01, during: 'surge' }),
    drained({ within: '10s' }),
    ...walletDenials,
  ],
  sources: [seed('4319'), seed('4541'), seed('4690-4692')],
});
