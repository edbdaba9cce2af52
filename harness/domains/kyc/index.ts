import { commonWords } from '../common-words.ts';
import type { Domain } from '../domain.ts';
import { impact } from './impact.ts';
import { invariants, wrong } from './invariants/index.ts';
import { reached } from './reached.ts';
import { kycWorld } from './spec.ts';
import type { KycWorldSpec } from './spec.ts';
import { openKycWorld, slotsPerArrival } from './world.ts';

export type { KycWorldSpec } from './spec.ts';

/** Identity checks: was an application dropped, an impostor approved, and what did it cost? */
export const kyc: Domain = {
  name: 'kyc',
  primaryKind: 'application',
  primaryPlural: 'applications',
  words: { key: 'applicant', holds: '' },
  companionKinds: [],
  slotsPerArrival,
  classes: ['premium', 'regular'],
  answers: {
    ...commonWords,
    byKind: { application: ['approved', 'review', 'rejected'] },
    served: ['approved', 'review', 'rejected'],
  },
  modes: ['full', 'degraded'],
  effectsNameWhoWaits: true,
  // The source gives two to three minutes for an automatic check (751).
  clientWaitsMs: 180_000,
  // No answer moves anything: the cost of a call or a review is no effect of the answer.
  settles: { answer: 'approved', effects: 0 },
  world: kycWorld,
  openWorld: (spec, seed, load) => openKycWorld(spec as KycWorldSpec, seed, load),
  invariants,
  wrong,
  impact,
  reached,
};
