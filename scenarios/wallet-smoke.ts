import { zipf } from 'toofan/domains/wallet';
import { drained, succeeded } from 'toofan/objectives';
import { defineScenario, respond, seed, steady, surge, warmUp } from 'toofan';
import { walletDenials } from './wallet-denials.ts';

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
    shares: { toMerchants: 0.9, mules: 0.01, retries: 0.03 },
    opening: { coversDemand: 0.1 },
  },
  load: [
    warmUp({ perSecond: 100, for: '2s' }),
    // The normal rate (4319).
    steady({ name: 'before', perSecond: 100, for: '1s' }),
    surge({ to: 1_000, within: '1s', hold: '5s' }),
    steady({ name: 'after', perSecond: 100, for: '1s' }),
  ],
  mix: { add_money: 0.05, refund: 0.03, registration: 0.05 },
  faults: [],
  // For a second and a half of the surge, any crisis mode is active.
  actions: [
    respond({ phase: 'surge', after: '3s' }, 'crisis-mode-on'),
    respond({ phase: 'surge', after: '4500ms' }, 'crisis-mode-auto'),
  ],
  objectives: [
    // What Paytm failed before the night: 0.5 % (1839); a business decline does not count.
    succeeded({ atLeast: 0.995 }),
    drained({ within: '20s' }),
    ...walletDenials,
  ],
  invariants: 'all',
  drainDeadline: '40s',
  sources: [seed('1809'), seed('1839'), seed('1885-1898'), seed('4317-4339')],
});
