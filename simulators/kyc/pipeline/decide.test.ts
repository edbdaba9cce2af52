import { describe, expect, it } from 'vitest';
import { openForms } from '../../../harness/domains/kyc/forms.ts';
import { isDeliverable, isPan, likeness, photoOf } from '../../dependencies/registers.ts';
import { decide, decideUnasked } from './decide.ts';
import type { Checks } from './decide.ts';
import type { Form } from './wire.ts';

const form: Form = {
  aadhaarName: 'राकेश कुमार शर्मा',
  panName: 'SHARMA RAKESH KUMAR',
  bankName: 'R. K. Sharma',
  aadhaar: '999941057058',
  pan: 'ABCPS1234K',
  phone: '+91-9876543210',
  address: 'Flat 12, MG Road, Mumbai, Maharashtra',
  pincode: '400001',
  selfie: 'face-1',
};
const checks: Required<Checks> = {
  aadhaar: { valid: true, photo: 'face-1' },
  pan: { valid: true },
  face: { score: 0.95 },
  address: { verified: true },
};

describe('a decision', () => {
  it('approves one person with three spellings', () => {
    expect(decide(form, checks)).toEqual({ answer: 'approved', confidence: 0.857, reason: null });
  });

  it('sends to review where one proof is weak, however strong the others are', () => {
    expect(decide({ ...form, panName: 'RAJESH KUMAR SHARMA' }, checks)).toEqual({
      answer: 'review',
      confidence: 0.4,
      reason: 'name is in doubt',
    });
    expect(decide(form, { ...checks, face: { score: 0.6 } })).toEqual({
      answer: 'review',
      confidence: 0.6,
      reason: 'face is in doubt',
    });
    expect(decide({ ...form, pincode: '40001' }, checks)).toMatchObject({
      answer: 'review',
      reason: 'address is in doubt',
    });
    // An address unknown to the post office alone is no reason.
    expect(decide(form, { ...checks, address: { verified: false } })).toMatchObject({ answer: 'approved' });
  });

  it('sends whoever cannot be called to review, sure as it may be', () => {
    expect(decide({ ...form, phone: '12345' }, checks)).toEqual({
      answer: 'review',
      confidence: 0.857,
      reason: 'no mobile number',
    });
  });

  it('rejects what no register knows, as soon as one says so', () => {
    expect(decide(form, { aadhaar: { valid: false, photo: '' } })).toMatchObject({ answer: 'rejected' });
    expect(decide(form, { aadhaar: checks.aadhaar, pan: { valid: false } })).toMatchObject({ answer: 'rejected' });
  });

  it('waits for what is missing', () => {
    for (const name of ['aadhaar', 'pan', 'face', 'address'] as const) {
      const { [name]: _missing, ...others } = checks;
      expect(decide(form, others)).toBe(null);
    }
  });

  it('rejects unasked what cannot be a number, and nothing else', () => {
    expect(decideUnasked(form)).toBe(null);
    expect(decideUnasked({ ...form, aadhaar: '999941057059' })).toMatchObject({ answer: 'rejected' });
    expect(decideUnasked({ ...form, pan: 'ABCPS1234' })).toMatchObject({ answer: 'rejected' });
  });

  it('is right of everybody in a world: no impostor approved, nobody rejected without fault, and a person needed for few', () => {
    const forms = openForms({ impostors: 0.2, flawed: 0.2 }, 9);
    const decided = Array.from({ length: 4_000 }, (_, op) => {
      const { category, application } = forms(op);
      const photo = photoOf(application.aadhaar);
      const all: Checks = {
        aadhaar: { valid: photo !== null, photo: photo ?? '' },
        pan: { valid: isPan(application.pan) },
        face: { score: likeness(photo ?? '', application.selfie) },
        address: { verified: isDeliverable(application.address, application.pincode) },
      };
      return { category, answer: (decideUnasked(application) ?? decide(application, all))?.answer };
    });
    const count = (category: string, answer: string) =>
      decided.filter((one) => one.category === category && one.answer === answer).length;
    expect(count('impostor', 'approved')).toBe(0);
    expect(count('genuine', 'rejected')).toBe(0);
    expect(count('genuine', 'review') / count('genuine', 'approved')).toBeLessThan(0.01);
    expect(count('flawed', 'rejected')).toBeGreaterThan(100);
    expect(count('flawed', 'review')).toBeGreaterThan(100);
  });
});
