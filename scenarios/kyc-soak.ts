import { answerShare, decided, drained } from 'toofan/objectives';
import { defineScenario, steady, surge, warmUp } from 'toofan';
import { kycSurge } from './kyc-surge.ts';

/**
 * What `toofan soak` drills KYC with: a small surge beyond Aadhaar's limit, rich in impostors and slips, long enough for faults
 * to strike and for recovery. Each seed draws its own faults; run by itself it has none.
 */
export const kycSoak = defineScenario({
  ...kycSurge,
  name: 'kyc-soak',
  summary: 'Twenty seconds: 50 applications/s become 300; `toofan soak` draws faults into it from each seed.',
  world: { impostors: 0.1, flawed: 0.2, resubmitted: 0.1 },
  loadScale: 1,
  load: [
    warmUp({ perSecond: 50, for: '3s' }),
    steady({ name: 'before', perSecond: 50, for: '3s' }),
    surge({ to: 300, within: '1s', hold: '8s' }),
    steady({ name: 'after', perSecond: 50, for: '8s' }),
  ],
  faults: [],
  objectives: [
    drained({ within: '60s' }),
    // Of everything planned: a broker that is down for most of the surge accepts no applications meanwhile.
    decided({ atLeast: 0.2 }),
    // A sound pipeline reviews 24 % of these applicants and rejects 6 %; more if a register keeps failing.
    answerShare({ answer: 'review', below: 0.6 }),
    answerShare({ answer: 'rejected', below: 0.15, minimumEvidence: 300 }),
  ],
  drainDeadline: '90s',
});
