import { drained, succeeded } from 'toofan/objectives';
import { defineScenario, seed, steady, surge, warmUp } from 'toofan';
import { walletSmoke } from './wallet-smoke.ts';
import { walletDenials } from './wallet-denials.ts';

/**
 * What `toofan soak` drills a wallet with: a small surge, rich in refunds, retries and money from banks, long enough for faults
 * to strike and for recovery. Each seed draws its own faults; run by itself it has none.
 */
export const walletSoak = defineScenario({
  ...walletSmoke,
  name: 'wallet-soak',
  summary: 'Twenty seconds: 100 payments/s become 800; `toofan soak` draws faults into it from each seed.',
  timeScale: 900,
  world: { ...walletSmoke.world, shares: { ...walletSmoke.world.shares, retries: 0.05 } },
  load: [
    warmUp({ perSecond: 100, for: '3s' }),
    // The normal rate (4319), then eight times as much.
    steady({ name: 'before', perSecond: 100, for: '3s' }),
    surge({ to: 800, within: '1s', hold: '8s' }),
    steady({ name: 'after', perSecond: 100, for: '8s' }),
  ],
  mix: { add_money: 0.15, refund: 0.1, registration: 0.05 },
  actions: [],
  objectives: [
    drained({ within: '60s' }),
    // Of everything planned: a broker that is down for most of the surge accepts no payments meanwhile.
    succeeded({ atLeast: 0.2 }),
    ...walletDenials,
  ],
  // For any pipeline and any faults: retries are in the log.
  reach: ['duplicate'],
  drainDeadline: '90s',
  sources: [seed('1885-1898'), seed('4317-4339')],
});
