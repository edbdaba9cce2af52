import { zipf } from '../harness/domains/wallet/index.ts';
import { decided, drained } from '../harness/judge/objectives/index.ts';
import { defineScenario, seed, steady, surge, warmUp } from '../harness/scenario/scenario.ts';

/** Ten seconds of the evening, for a first try and for tests. The legacy batch runs every 4 s of it. */
export const walletSmoke = defineScenario({
  name: 'wallet-smoke',
  summary: 'Ten seconds of a wallet: 100 payments/s become 1,000. For a first try and for tests.',
  domain: 'wallet',
  target: 'wallet/streaming',
  timeScale: 1_800,
  // A quarter of the users beyond 3,000,000, where the emergency sharding ends (1885-1898).
  world: {
    users: 2_000,
    idSpan: 4_000_000,
    merchants: 200,
    popularity: { users: zipf(1.07), merchants: zipf(1.07) },
    shares: { toMerchants: 0.6, mules: 0.01, retries: 0.03 },
    opening: { coversDemand: 0.3 },
  },
  load: [
    warmUp({ perSecond: 100, for: '2s' }),
    // The normal rate (4302).
    steady({ name: 'before', perSecond: 100, for: '1s' }),
    surge({ to: 1_000, within: '1s', hold: '5s' }),
    steady({ name: 'after', perSecond: 100, for: '1s' }),
  ],
  mix: { add_money: 0.1, refund: 0.03, registration: 0.05 },
  faults: [],
  objectives: [drained({ within: '20s' }), decided({ atLeast: 0.999 })],
  invariants: 'all',
  drainDeadline: '40s',
  sources: [seed('1885-1898'), seed('4297-4331')],
});
