import { answerShare, costPerOperation, decided, decisionLatency, drained, queueLength } from 'toofan/objectives';
import { dependencyFailing } from 'toofan/faults';
import { at, defineScenario, seed, steady, surge, warmUp } from 'toofan';

/** Real applications per second; `loadScale` compresses them as `timeScale` compresses the story. */
const perDay = (applications: number): number => applications / 86_400;

/** November 2016: fifty times as many applicants to verify, with services that have limits. */
export const kycSurge = defineScenario({
  name: 'kyc-surge',
  summary: 'Demonetisation: 10,000 KYC applications a day become 500,000; a day passes in 24 minutes, load included.',
  domain: 'kyc',
  target: 'kyc/pipeline',
  // 0.116/s and 5.79/s would show nothing in a minute: it sends 6.94/s and 347/s, and a day of the story takes 24 minutes.
  timeScale: 60,
  loadScale: 60,
  world: { impostors: 0.02, flawed: 0.15 },
  load: [
    warmUp({ perSecond: perDay(10_000), for: '5s' }),
    steady({ name: 'before', perSecond: perDay(10_000), for: '10s' }),
    surge({ to: perDay(500_000), within: '5s', hold: '30s' }),
    steady({ name: 'after', perSecond: perDay(10_000), for: '10s' }),
  ],
  mix: {},
  // The PAN register fails nine out of ten calls for eight minutes of the story: at a half, spread failures opened no breaker.
  faults: [at({ phase: 'surge', after: '15s' }, dependencyFailing({ dependency: 'pan', errorShare: 0.9, for: '8s' }))],
  objectives: [
    decided({ atLeast: 0.999 }),
    drained({ within: '60s' }),
    decisionLatency({ quantile: 0.5, below: '2s', during: 'before', minimumEvidence: 50 }),
    queueLength({ enters: 'review', leaves: 'reviewed', below: 2_400 }),
    costPerOperation({ legs: ['aadhaar', 'pan', 'face', 'address'], below: 10 }),
    answerShare({ answer: 'review', below: 0.2 }),
    // Two slips in seven are impossible numbers, 4.3 % of the applicants; a pipeline that rejects more turns people away.
    answerShare({ answer: 'rejected', below: 0.08, minimumEvidence: 300 }),
  ],
  invariants: 'all',
  drainDeadline: '120s',
  sources: [seed('645-760'), seed('1946-1957')],
});

/** What `toofan mutants --domain kyc` drills with: short, beyond Aadhaar's limit, and rich in impostors and slips. */
export const kycMutants = defineScenario({
  ...kycSurge,
  name: 'kyc-mutants',
  summary:
    "Five seconds of KYC above Aadhaar's limit, rich in impostors and slips; drills the mutants of the pipeline.",
  world: { impostors: 0.1, flawed: 0.2 },
  loadScale: 1,
  load: [warmUp({ perSecond: 100, for: '1s' }), steady({ perSecond: 300, for: '5s' })],
  faults: [],
  objectives: [
    drained({ within: '30s' }),
    // 1,500 applications are enough evidence for 99.8 %, not for 99.9 %.
    decided({ atLeast: 0.995 }),
    // Of these applicants a sound pipeline reviews 24 % and rejects 6 %.
    answerShare({ answer: 'review', below: 0.4 }),
    answerShare({ answer: 'rejected', below: 0.15, minimumEvidence: 300 }),
  ],
  drainDeadline: '30s',
});
