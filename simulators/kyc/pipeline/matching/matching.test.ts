import { describe, expect, it } from 'vitest';
import { checkPincode } from './addresses.ts';
import { confidenceOf } from './confidence.ts';
import { isAadhaar, isPan } from './documents.ts';
import { normalisePhone } from './phones.ts';
import { transliterate } from './transliterate.ts';

describe('phones', () => {
  it.each([
    // The source's own five (594-600), of which its code accepts only those that begin with 9.
    ['+91-9876543210', '+919876543210'],
    ['+919876543210', '+919876543210'],
    ['09876543210', '+919876543210'],
    ['9876543210', '+919876543210'],
    ['91-9876543210', '+919876543210'],
    ['6012345678', '+916012345678'],
    ['7012345678', '+917012345678'],
    ['8012345678', '+918012345678'],
    ['919876543210', '+919876543210'],
    // Ten digits that begin with 91 are a number without a code.
    ['9198765432', '+919198765432'],
    ['+91 98765 43210', '+919876543210'],
    ['98765-43210', '+919876543210'],
    ['(+91) 98765.43210', '+919876543210'],
    ['0091 98765 43210', '+919876543210'],
    ['+91 0 98765 43210', '+919876543210'],
    ['  9876543210 ', '+919876543210'],
    ['९८७६५४३२१०', '+919876543210'],
    ['+91 98765–43210', '+919876543210'],
    ['5876543210', null],
    ['0123456789', null],
    ['987654321', null],
    ['98765432100', null],
    ['+1 9876543210', null],
    ['+92 9876543210', null],
    ['022 2345 6789', null],
    ['98765 4321O', null],
    ['', null],
  ])('%s is %s', (raw, normalised) => {
    expect(normalisePhone(raw)).toBe(normalised);
  });
});

describe('pincodes', () => {
  it.each([
    ['Flat 12, MG Road, Mumbai, Maharashtra', '400001', 'agrees'],
    ['Panaji, Goa', '403001', 'agrees'],
    ['Near Big Temple, Gandhi Nagar', '600 017', 'agrees'],
    ['Shimla, Himachal Pradesh', '171001', 'agrees'],
    ['Patna, BIHAR', '800001', 'agrees'],
    ['Bengaluru, Karnataka', '110001', 'disagrees'],
    ['Kochi, Kerala', '600001', 'disagrees'],
    ['Mumbai, Maharashtra', '040001', 'impossible'],
    ['Mumbai, Maharashtra', '40001', 'impossible'],
    ['Mumbai, Maharashtra', '4000011', 'impossible'],
    ['Mumbai, Maharashtra', '900001', 'impossible'],
    ['Raipur', '350001', 'impossible'],
    ['Mumbai', 'none', 'impossible'],
  ] as const)('%s, %s: %s', (address, pincode, found) => {
    expect(checkPincode(address, pincode)).toBe(found);
  });
});

describe('documents', () => {
  it('knows an Aadhaar number by its check digit, and every slip of one digit or of two neighbours', () => {
    // The number that UIDAI issues for tests.
    const number = '999941057058';
    expect(isAadhaar(number)).toBe(true);
    expect(isAadhaar('9999 4105 7058')).toBe(true);
    const places = Array.from(number, (_, place) => place);
    const slips = places.flatMap((place) =>
      Array.from({ length: 10 }, (_, digit) => number.slice(0, place) + digit + number.slice(place + 1)),
    );
    const swaps = places.map(
      (place) =>
        number.slice(0, place) +
        number
          .slice(place, place + 2)
          .split('')
          .toReversed()
          .join('') +
        number.slice(place + 2),
    );
    expect([...slips, ...swaps].filter((one) => one !== number && isAadhaar(one))).toEqual([]);
    expect(isAadhaar('199941057058')).toBe(false);
    expect(isAadhaar('99994105705')).toBe(false);
  });

  it('knows a PAN of a person', () => {
    expect(isPan('ABCPS1234K')).toBe(true);
    expect(isPan('abcps1234k')).toBe(true);
    // C is a company's.
    expect(isPan('ABCCS1234K')).toBe(false);
    expect(isPan('ABCPS1234')).toBe(false);
    expect(isPan('ABCP51234K')).toBe(false);
  });
});

describe('confidence', () => {
  it('is the mean of the four, and never more than the weakest proof of who somebody is', () => {
    expect(confidenceOf({ name: 1, address: 0.6, documents: 1, face: 0.9 })).toBe(0.875);
    expect(confidenceOf({ name: 1, address: 0, documents: 1, face: 1 })).toBe(0.75);
    expect(confidenceOf({ name: 0.4, address: 1, documents: 1, face: 1 })).toBe(0.4);
    expect(confidenceOf({ name: 1, address: 1, documents: 1, face: 0.1 })).toBe(0.1);
    expect(confidenceOf({ name: 1, address: 1, documents: 0, face: 1 })).toBe(0);
  });
});

it.each([
  ['राकेश', 'raakesh'],
  ['कमला', 'kamlaa'],
  ['कृष्ण', 'krishna'],
  ['रामचंद्र', 'raamchandra'],
  ['आदित्य', 'aaditya'],
  ['चोपड़ा', 'chopraa'],
  ['संपत', 'sampat'],
  ['ज्ञान', 'gyaan'],
  ['इक़बाल', 'iqbaal'],
  ['श्रीनिवास Rao', 'shreenivaas Rao'],
])('writes %s as %s', (devanagari, latin) => {
  expect(transliterate(devanagari)).toBe(latin);
});
