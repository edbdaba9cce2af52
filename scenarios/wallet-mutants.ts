import { zipf } from 'toofan/domains/wallet';
import { decided, drained } from 'toofan/objectives';
import { defineScenario, seed, steady, warmUp } from 'toofan';
import { walletDenials } from './wallet-denials.ts';

/**
 * What `toofan mutants` drills the wallet with: few users who pay often and more than they have, many of them beyond 3,000,000,
 * and many refunds, retries and money from banks.
 */
export const walletMutants = defineScenario({
  name: 'wallet-mutants',
  summary: 'Five seconds at 600 payments/s, rich in refunds, retries and bank top-ups; drills the mutants.',
  domain: 'wallet',
  target: 'wallet/streaming',
  timeScale: 450,
  world: {
    users: 600,
    idSpan: 4_000_000,
    merchants: 60,
    popularity: { users: zipf(0.8), merchants: zipf(1.07) },
    shares: { toMerchants: 0.6, mules: 0.02, retries: 0.05 },
    opening: { coversDemand: 0.5 },
  },
  load: [warmUp({ perSecond: 300, for: '1s' }), steady({ perSecond: 600, for: '4s' })],
  mix: { add_money: 0.1, refund: 0.1, registration: 0.05 },
  faults: [],
  // 2,400 payments are enough evidence for 99.8 %, not for 99.9 %.
  objectives: [drained({ within: '20s' }), decided({ atLeast: 0.998 }), ...walletDenials],
  invariants: 'all',
  // Money taken by a bank is excused until everything has drained: long enough for that, so that a slow machine excuses nobody.
  drainDeadline: '60s',
  sources: [seed('1885-1898'), seed('2428-2481'), seed('4408-4520')],
});
