import { commonWords } from '../common-words.ts';
import type { Domain } from '../domain.ts';
import { impact } from './impact.ts';
import { invariants, wrong } from './invariants/index.ts';
import { reached } from './reached.ts';
import { kycWorld } from './spec.ts';
import type { KycWorldSpec } from './spec.ts';
import { openKycWorld, slotsPerArrival } from './world.ts';

export type { KycWorldSpec } from './spec.ts';

/** Who is who: was an application dropped, an impostor approved, and what did it cost? */
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
  // Two to three minutes are what the source gives a machine's check (751).
  clientWaitsMs: 180_000,
  // Nothing moves for anybody: what a call or a review costs is no effect of the answer.
  settles: { answer: 'approved', effects: 0 },
  world: kycWorld,
  openWorld: (spec, seed, load) => openKycWorld(spec as KycWorldSpec, seed, load),
  invariants,
  wrong,
  impact,
  reached,
};
