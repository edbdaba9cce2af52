import { checkPincode } from './matching/addresses.ts';
import { confidenceOf, reviewBelow } from './matching/confidence.ts';
import type { Scores } from './matching/confidence.ts';
import { isAadhaar, isPan } from './matching/documents.ts';
import { nameMatch } from './matching/names.ts';
import { normalisePhone } from './matching/phones.ts';
import type { Form } from './wire.ts';

/** What the services have said about an application so far. */
export interface Checks {
  /** Whether the number is a living person's, and their photo in the register. */
  readonly aadhaar?: { readonly valid: boolean; readonly photo: string };
  readonly pan?: { readonly valid: boolean };
  /** Similarity of photo and selfie, 0 to 1. */
  readonly face?: { readonly score: number };
  readonly address?: { readonly verified: boolean };
}

export interface Verdict {
  readonly answer: 'approved' | 'review' | 'rejected';
  readonly confidence: number | null;
  readonly reason: string | null;
}

const rejected = (reason: string): Verdict => ({ answer: 'rejected', confidence: null, reason });

/** A known address, an unknown one, one with another state's pincode (source 571-577 for the first two). */
const addressScore = { verified: 0.9, unknown: 0.6, disagrees: 0.3 } as const;

/** What can be said before paying for anything: impossible numbers. Null if services must be called. */
export function decideUnasked(form: Form): Verdict | null {
  if (!isAadhaar(form.aadhaar)) return rejected('no Aadhaar number');
  if (!isPan(form.pan)) return rejected('no PAN of a person');
  return null;
}

/** The verdict, once possible; null while a required check is missing. */
export function decide(form: Form, checks: Checks): Verdict | null {
  const { aadhaar, pan, face, address } = checks;
  if (aadhaar?.valid === false) return rejected('the Aadhaar register does not know the number');
  if (pan?.valid === false) return rejected('the PAN register does not know the number');
  if (aadhaar === undefined || pan === undefined || face === undefined || address === undefined) return null;
  const scores: Scores = {
    name: nameScore(form),
    address: addressOf(form, address.verified),
    documents: 1,
    face: face.score,
  };
  const confidence = confidenceOf(scores);
  if (confidence < reviewBelow) return { answer: 'review', confidence, reason: `${weakest(scores)} is in doubt` };
  // An applicant who cannot be called back goes to review, however certain the machine is (source 621).
  if (normalisePhone(form.phone) === null) return { answer: 'review', confidence, reason: 'no mobile number' };
  return { answer: 'approved', confidence, reason: null };
}

/** All three documents must name one person: the weakest of the three matches counts. */
const nameScore = ({ aadhaarName, panName, bankName }: Form): number =>
  Math.min(nameMatch(aadhaarName, panName), nameMatch(aadhaarName, bankName), nameMatch(panName, bankName));

function addressOf({ address, pincode }: Form, verified: boolean): number {
  const pin = checkPincode(address, pincode);
  if (pin === 'impossible') return 0;
  if (pin === 'disagrees') return addressScore.disagrees;
  return verified ? addressScore.verified : addressScore.unknown;
}

const weakest = (scores: Scores): string =>
  Object.entries(scores).reduce((least, score) => (score[1] < least[1] ? score : least))[0];
