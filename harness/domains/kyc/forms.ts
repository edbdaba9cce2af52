import { randomBelow, randomFloat } from '../random.ts';
import type { NamePart, Place } from './names-and-places.ts';
import { places } from './names-and-places.ts';
import { type Person, openPeople } from './person.ts';
import type { KycWorldSpec } from './spec.ts';

/** What an applicant fills in and submits; names as each document spells them, numbers as typed. */
interface ApplicationForm {
  readonly aadhaarName: string;
  readonly panName: string;
  readonly bankName: string;
  readonly aadhaar: string;
  readonly pan: string;
  readonly phone: string;
  readonly address: string;
  readonly pincode: string;
  readonly selfie: string;
}
/**
 * An applicant's category in the history: `genuine` (nothing wrong), `flawed` (honest, with a slip), `impostor` (another person's
 * documents).
 */
type Category = 'genuine' | 'flawed' | 'impostor';
export interface Form {
  readonly name: string;
  readonly category: Category;
  readonly application: ApplicationForm;
}

/** One stream of random numbers per use; those from 40 are for people. */
const stream = {
  category: 10, flaw: 11, fraud: 12, aadhaarStyle: 13, panStyle: 14, bankStyle: 15, phoneStyle: 16, slip: 17, other: 18,
} as const; // prettier-ignore

/** Applicants are people 0, 1, 2 …; owners of borrowed documents are drawn from this many people beyond them. */
const lendersFrom = 5_000_000;
const lenders = 1_000_000;
const maxDraws = 200;

/** Opens a seed's forms: what does applicant number `op` submit? */
export function openForms(spec: KycWorldSpec, seed: number): (op: number) => Form {
  const person = openPeople(seed);
  return (op) => {
    const applicant = person(op);
    const u = randomFloat(seed, op, stream.category);
    const honest = honestForm(applicant, seed, op);
    const name = fullName(applicant);
    if (u < spec.impostors)
      return {
        name,
        category: 'impostor',
        application: borrowed(honest, applicant, lender(person, applicant, seed, op), seed, op),
      };
    if (u < spec.impostors + spec.flawed)
      return { name, category: 'flawed', application: withSlip(honest, applicant, seed, op) };
    return { name, category: 'genuine', application: honest };
  };
}

const latin = (...words: readonly (NamePart | null)[]): string => words.flatMap((word) => word?.latin ?? []).join(' ');
const fullName = ({ given, middle, family }: Person): string => latin(given, middle, family);

/** How offices write a name; each takes the parts that a person has. */
const styles = {
  plain: fullName,
  capitals: (of: Person) => fullName(of).toUpperCase(),
  familyFirst: ({ given, middle, family }: Person) => latin(family, given, middle).toUpperCase(),
  initials: ({ given, middle, family }: Person) =>
    [given, middle].flatMap((word) => (word === null ? [] : `${word.latin.charAt(0)}.`)).join(' ') + ` ${family.latin}`,
  honorific: (of: Person) => `${of.honorific} ${fullName(of)}`,
  withoutMiddle: ({ given, family }: Person) => latin(given, family),
  variant: ({ given, middle, family }: Person) =>
    [given, middle, family].flatMap((word) => (word === null ? [] : (word.variant ?? word.latin))).join(' '),
  devanagari: ({ given, middle, family }: Person) =>
    given.devanagari === undefined || family.devanagari === undefined
      ? latin(given, middle, family)
      : [given, middle, family].flatMap((word) => word?.devanagari ?? []).join(' '),
} as const;

const officesOf = {
  aadhaar: [styles.plain, styles.plain, styles.devanagari, styles.withoutMiddle, styles.variant],
  pan: [styles.capitals, styles.capitals, styles.familyFirst, styles.variant],
  bank: [styles.capitals, styles.initials, styles.honorific, styles.withoutMiddle, styles.familyFirst],
} as const;

/** Every spelling of a phone number that a form may hold (source 594-600). */
const phoneForms: readonly ((mobile: string) => string)[] = [
  (mobile) => mobile,
  (mobile) => `+91-${mobile}`,
  (mobile) => `+91${mobile}`,
  (mobile) => `0${mobile}`,
  (mobile) => `91-${mobile}`,
  (mobile) => `91${mobile}`,
  (mobile) => `${mobile.slice(0, 5)} ${mobile.slice(5)}`,
  (mobile) => `+91 ${mobile.slice(0, 5)}-${mobile.slice(5)}`,
];

function honestForm(of: Person, seed: number, op: number): ApplicationForm {
  const pick = <Thing>(things: readonly [Thing, ...Thing[]] | readonly Thing[], from: number): Thing => {
    const thing = things[randomBelow(seed, op, from, things.length)];
    if (thing === undefined) throw new RangeError(`nothing to pick for application ${op}`);
    return thing;
  };
  return {
    aadhaarName: pick(officesOf.aadhaar, stream.aadhaarStyle)(of),
    panName: pick(officesOf.pan, stream.panStyle)(of),
    bankName: pick(officesOf.bank, stream.bankStyle)(of),
    aadhaar: of.aadhaar,
    pan: of.pan,
    phone: pick(phoneForms, stream.phoneStyle)(of.mobile),
    address: of.address,
    pincode: of.pincode,
    selfie: of.face,
  };
}

/**
 * Somebody else, who differs in both names and their initials: otherwise `R. Sharma` on a bank's paper would match both, and a
 * pipeline that approved would not be wrong by anything it could know.
 */
function lender(person: (number: number) => Person, applicant: Person, seed: number, op: number): Person {
  for (let draw = 0; draw < maxDraws; draw++) {
    const other = person(lendersFrom + ((randomBelow(seed, op, stream.other, lenders) + draw) % lenders));
    if (firstOf(other.given) !== firstOf(applicant.given) && firstOf(other.family) !== firstOf(applicant.family))
      return other;
  }
  throw new RangeError(`nobody else for application ${op}`);
}
const firstOf = ({ latin: word }: NamePart): string => word.charAt(0);

/**
 * Another person's documents: the PAN, the bank account, the PAN of a sibling with a similar name (or a stranger's, if no name is
 * similar), or all but the face.
 */
function borrowed(
  honest: ApplicationForm,
  applicant: Person,
  other: Person,
  seed: number,
  op: number,
): ApplicationForm {
  const theirs = honestForm(other, seed, op);
  const fraud = randomBelow(seed, op, stream.fraud, 4);
  if (fraud === 0) return { ...theirs, phone: honest.phone, selfie: honest.selfie };
  if (fraud === 1) return { ...honest, bankName: styles.capitals(other) };
  const alike = lookAlike(applicant.given);
  if (fraud === 2 || alike === null) return { ...honest, pan: theirs.pan, panName: theirs.panName };
  // Written out in full: by initials alone they would be one person.
  const [own, sibling] = [fullName(applicant), styles.capitals({ ...applicant, given: alike })];
  return { ...honest, aadhaarName: own, bankName: own, pan: theirs.pan, panName: sibling };
}

/** Names that differ in a letter or two but belong to two people. */
const lookAlikes = [
  ['Rakesh', 'Rajesh'], ['Ramesh', 'Mahesh'], ['Mukesh', 'Suresh'], ['Ajay', 'Vijay'], ['Amit', 'Sumit'], ['Anil', 'Sunil'],
  ['Sunita', 'Anita'], ['Geeta', 'Neeta'], ['Seema', 'Reema'], ['Kavita', 'Savita'], ['Usha', 'Asha'], ['Imran', 'Irfan'],
] as const; // prettier-ignore
function lookAlike({ latin: word }: NamePart): NamePart | null {
  const pair = lookAlikes.find((names) => names.some((name) => name === word));
  const alike = pair?.find((name) => name !== word);
  return alike === undefined ? null : { latin: alike };
}

/** What goes wrong on honest forms, each about equally often. */
function withSlip(honest: ApplicationForm, of: Person, seed: number, op: number): ApplicationForm {
  const digit = randomBelow(seed, op, stream.slip, 9) + 1;
  switch (randomBelow(seed, op, stream.flaw, 7)) {
    case 0:
      return { ...honest, aadhaar: of.aadhaar.slice(0, 11) + String((Number(of.aadhaar.slice(11)) + digit) % 10) };
    case 1:
      return { ...honest, pan: of.pan.slice(0, 9) };
    case 2:
      return { ...honest, phone: `${digit < 6 ? digit : 5}${of.mobile.slice(1)}` };
    case 3:
      return { ...honest, pincode: digit < 5 ? `0${of.pincode.slice(1)}` : of.pincode.slice(0, 5) };
    case 4:
      return { ...honest, pincode: elsewhere(of.place, digit).sorting + of.pincode.slice(3) };
    case 5:
      // Too dark: not enough of a face to identify.
      return { ...honest, selfie: `${of.face}-blurred` };
    default:
      // The name before the marriage or another change.
      return {
        ...honest,
        bankName: styles.capitals({ ...of, family: { latin: of.family.latin === 'Bose' ? 'Sen' : 'Bose' } }),
      };
  }
}

function elsewhere(place: Place, step: number): Place {
  const index = places.findIndex(({ city }) => city === place.city);
  return places.find(({ state }, i) => i >= (index + step) % places.length && state !== place.state) ?? place;
}
