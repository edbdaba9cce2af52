import { expect, it } from 'vitest';
import { openKycWorld } from '../../../harness/domains/kyc/world.ts';
import { decode, encode, encodeDecision, identify, parseApplication } from './wire.ts';

const world = openKycWorld({ impostors: 0.1, flawed: 0.1 }, 2, { arrivals: 50, arrivalsToMidSurge: 25, mix: {} });
const record = (topic: string, value: string | null, key: string | null = 'a7') => ({
  topic,
  partition: 0,
  offset: 0,
  timestampMs: 0,
  key,
  value,
});

it('carries an application to the worker, Devanagari and all, and its number and attempt back to the harness', () => {
  for (let op = 0; op < 50; op++) {
    const { topic, key, value } = encode(world.operation(op), 2);
    expect({ topic, key }).toEqual({ topic: 'kyc-applications', key: `a${op}` });
    expect(identify(record(topic, value))).toEqual({ op, attempt: 2 });
    expect(parseApplication(value)).toEqual({ op, applicant: `a${op}`, form: world.operation(op).detail });
  }
});

it('says why a record is no application', () => {
  const good = encode(world.operation(7), 1).value;
  const without = (member: string): string => JSON.stringify({ ...JSON.parse(good), [member]: undefined });
  expect(parseApplication(null)).toBe('not a JSON object');
  expect(parseApplication('[1')).toBe('not a JSON object');
  expect(parseApplication(without('applicationId'))).toBe('applicationId is not a decimal id');
  expect(parseApplication(without('applicant'))).toBe('applicant is not a valid name');
  expect(parseApplication(without('pincode'))).toBe('pincode is not a string');
  expect(identify(record('kyc-applications', without('applicationId')))).toBe(null);
  expect(identify(record('kyc-decisions', good))).toBe(null);
});

it('carries a decision, with its confidence at the front of the reason', () => {
  const told = (confidence: number | null, reason: string | null) =>
    decode(record('kyc-decisions', encodeDecision({ op: 7, applicant: 'a7', answer: 'review', confidence, reason })))
      ?.reason;
  expect(told(0.4, 'name is in doubt')).toBe('confidence 0.4: name is in doubt');
  expect(told(0.95, null)).toBe('confidence 0.95');
  expect(told(null, 'no PAN of a person')).toBe('no PAN of a person');
  expect(told(null, null)).toBe(null);
  const value = encodeDecision({ op: 7, applicant: 'a7', answer: 'approved', confidence: 1, reason: null });
  expect(decode(record('kyc-decisions', value))).toMatchObject({ op: 7, key: 'a7', answer: 'approved', mode: 'full' });
  expect(decode(record('manual-review-queue', value))).toBe(null);
  expect(decode(record('kyc-decisions', value, null))).toBe(null);
});
