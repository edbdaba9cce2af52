import { faker } from '@faker-js/faker/locale/en_IN';
import { randomBelow, randomFloat } from '../random.ts';
import { type NamePart, type Place, familyNames, givenNames, middleNames, places } from './names-and-places.ts';

/** A possible applicant with their genuine documents. A pure function of (seed, number). */
export interface Person {
  readonly given: NamePart;
  /** Null if they have none. */
  readonly middle: NamePart | null;
  readonly family: NamePart;
  readonly honorific: string;
  /** Twelve digits with their check digit. */
  readonly aadhaar: string;
  /** `ABCPS1234K`: P for a person, then the first letter of the family name. */
  readonly pan: string;
  /** Stands for a picture of their face: two pictures show the same person if their tokens are equal. */
  readonly face: string;
  /** Ten digits, 6 to 9 first. */
  readonly mobile: string;
  readonly address: string;
  readonly pincode: string;
  readonly place: Place;
}

/** One stream of random numbers per use; those below 40 are for applications. */
const stream = {
  male: 40, given: 41, hasMiddle: 42, middle: 43, family: 44, aadhaar: 45, pan: 46, mobile: 47, place: 48, locality: 49, house: 50,
  form: 51, pincode: 52, doctor: 53,
} as const; // prettier-ignore

const fakerNames = 20;
const fakerLocalities = 80;
const middleShare = 0.45;
const doctors = 0.02;

/** Faker's names have no Devanagari form, and `Kumari` is also a title; its generator must be seeded before. */
function drawn(draw: () => string): NamePart[] {
  const names = Array.from({ length: fakerNames }, draw).filter(
    (name) => /^[A-Za-z]{3,}$/.test(name) && name !== 'Kumari',
  );
  return [...new Set(names)].map((latin) => ({ latin }));
}

/** Opens a seed's registry office: who is person number n? */
export function openPeople(seed: number): (number: number) => Person {
  // Faker's generator is seeded here and nothing else runs in between: same seed, same names.
  faker.seed([Math.floor(seed / 0x1_0000_0000), seed >>> 0]);
  const given = {
    male: [...givenNames.male, ...drawn(() => faker.person.firstName('male'))],
    female: [...givenNames.female, ...drawn(() => faker.person.firstName('female'))],
  };
  const family = [...familyNames, ...drawn(() => faker.person.lastName())];
  const localities = Array.from(
    { length: fakerLocalities },
    () =>
      `${faker.person.lastName()} ${faker.helpers.arrayElement(['Nagar', 'Colony', 'Road', 'Vihar', 'Peth', 'Layout'])}`,
  );
  return (number) => {
    const pick = <Thing>(things: readonly Thing[], from: number): Thing => {
      const thing = things[randomBelow(seed, number, from, things.length)];
      if (thing === undefined) throw new RangeError(`nothing to pick for person ${number}`);
      return thing;
    };
    const sex = randomFloat(seed, number, stream.male) < 0.5 ? 'male' : 'female';
    const place = pick(places, stream.place);
    const familyName = pick(family, stream.family);
    const isDoctor = randomFloat(seed, number, stream.doctor) < doctors;
    return {
      given: pick(given[sex], stream.given),
      middle: randomFloat(seed, number, stream.hasMiddle) < middleShare ? pick(middleNames[sex], stream.middle) : null,
      family: familyName,
      honorific: isDoctor ? 'Dr.' : pick(sex === 'male' ? ['Shri', 'Mr.'] : ['Smt.', 'Ms.'], stream.form),
      aadhaar: aadhaarOf(seed, number),
      pan: panOf(seed, number, familyName.latin),
      face: `face-${number}`,
      mobile: `${6 + randomBelow(seed, number, stream.mobile, 4)}${digits(seed, number, stream.mobile + 100, 9)}`,
      address: `${addressForms[randomBelow(seed, number, stream.form, addressForms.length)]?.(
        1 + randomBelow(seed, number, stream.house, 400),
        pick(localities, stream.locality),
      )}, ${place.city}, ${place.state}`,
      pincode: place.sorting + digits(seed, number, stream.pincode, 3),
      place,
    };
  };
}

/** How Indian addresses are written (source 558-563). */
const addressForms: readonly ((house: number, locality: string) => string)[] = [
  (house, locality) => `Flat ${house}, Galaxy Apartments, ${locality}`,
  (house, locality) => `Near Big Temple, ${house} ${locality}`,
  (house, locality) => `Opposite SBI Bank, ${house}, ${locality}`,
  (house, locality) => `House No. ${house}, Behind Post Office, ${locality}`,
  (house, locality) => `Shop No ${house}, Market Complex, ${locality}`,
];

/** This many digits, the first never 0. */
function digits(seed: number, number: number, from: number, count: number): string {
  const least = 10 ** (count - 1);
  return String(least + randomBelow(seed, number, from, 9 * least));
}

/** No two people share a number: each is a permutation of its digits, prefixed with 2 to 9. */
function aadhaarOf(seed: number, number: number): string {
  const body = `${2 + (number % 8)}${String(number).padStart(7, '0').slice(-7)}${digits(seed, number, stream.aadhaar, 3)}`;
  return body + checkDigit(body);
}

/** A product in the dihedral group of the pentagon: rotations are 0 to 4, reflections 5 to 9. */
const turned = (a: number, b: number): number => ((a < 5 ? a + b : a - b + 10) % 5) + (a < 5 === b < 5 ? 0 : 5);

function permuted(digit: number, times: number): number {
  let result = digit;
  for (let i = 0; i < times; i++) result = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4][result] ?? 0;
  return result;
}

/** Verhoeff's check digit: each digit is permuted once more than the one after it, and all are multiplied. */
function checkDigit(body: string): string {
  const product = body
    .split('')
    .toReversed()
    .reduce((check, digit, place) => turned(check, permuted(Number(digit), (place + 1) % 8)), 0);
  return String(product < 5 ? (5 - product) % 5 : product);
}

function panOf(seed: number, number: number, family: string): string {
  const letter = (index: number) => String.fromCodePoint(65 + (Math.floor(number / 26 ** index) % 26));
  const last = String.fromCodePoint(65 + randomBelow(seed, number, stream.pan, 26));
  return `${letter(2)}${letter(1)}${letter(0)}P${family.charAt(0).toUpperCase()}${digits(seed, number, stream.pan, 4)}${last}`;
}
