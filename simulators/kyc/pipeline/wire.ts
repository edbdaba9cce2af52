import type { Decision, InputRecord, LogRecord, Operation } from 'toofan';
import { modeOf } from '../../worker/wire.ts';
import { topics } from './topics.ts';

/** The wire format: JSON, ids as decimal strings, the id first. */

/** What an application must contain, each a text. */
const formMembers = [
  'aadhaarName',
  'panName',
  'bankName',
  'aadhaar',
  'pan',
  'phone',
  'address',
  'pincode',
  'selfie',
] as const;
/** What the applicant filled in; names as each document spells them, numbers as typed. */
export type Form = Readonly<Record<(typeof formMembers)[number], string>>;

export interface Application {
  readonly op: number;
  readonly applicant: string;
  readonly form: Form;
}

/** What the harness writes to `kyc-applications`. */
export function encode({ op, kind, key, detail }: Operation, attempt: number): InputRecord {
  if (kind !== 'application') throw new RangeError(`${topics.applications} does not carry ${kind}`);
  const form = Object.fromEntries(formMembers.map((member) => [member, detail[member]]));
  return {
    topic: topics.applications,
    key,
    value: JSON.stringify({ applicationId: String(op), attempt, applicant: key, ...form }),
  };
}

/** The operation in an input record; null for another producer's record. */
export function identify({ topic, value }: LogRecord): { op: number; attempt: number } | null {
  const match = topic === topics.applications && value !== null ? ids.exec(value) : null;
  return match === null ? null : { op: Number(match[1]), attempt: Number(match[2]) };
}
const ids = /^\{"applicationId":"(\d{1,15})","attempt":(\d)[,}]/;

/** Reads an input record; a text explains why it is invalid, for the dead letters. */
export function parseApplication(value: string | null): Application | string {
  const fields = value === null ? null : parseObject(value);
  if (fields === null) return 'not a JSON object';
  const { applicationId, applicant } = fields;
  if (typeof applicationId !== 'string' || !/^\d{1,15}$/.test(applicationId))
    return 'applicationId is not a decimal id';
  if (typeof applicant !== 'string' || !/^[\w.:-]{1,64}$/.test(applicant)) return 'applicant is not a valid name';
  const missing = formMembers.find((member) => typeof fields[member] !== 'string');
  if (missing !== undefined) return `${missing} is not a string`;
  const form = Object.fromEntries(formMembers.map((member) => [member, fields[member]]));
  return { op: Number(applicationId), applicant, form: form as Form };
}

export interface Answered {
  readonly op: number;
  readonly applicant: string;
  readonly answer: string;
  /** Null if it was decided without one. */
  readonly confidence: number | null;
  readonly reason: string | null;
}

/** What a worker writes to `kyc-decisions`. */
export const encodeDecision = ({ op, answer, confidence, reason }: Answered): string =>
  JSON.stringify({
    op: String(op),
    answer,
    ...(confidence !== null && { confidence }),
    ...(reason !== null && { reason }),
  });

/** The decision in a record; null if there is none. The reason begins with the confidence, if any. */
export function decode({ topic, key, value }: LogRecord): Decision | null {
  const fields = topic === topics.decisions && key !== null && value !== null ? parseObject(value) : null;
  const { op, answer, confidence, reason, mode } = fields ?? {};
  if (key === null || typeof op !== 'string' || !/^\d{1,15}$/.test(op) || typeof answer !== 'string') return null;
  const said = [
    ...(typeof confidence === 'number' ? [`confidence ${confidence}`] : []),
    ...(typeof reason === 'string' ? [reason] : []),
  ];
  return { op: Number(op), key, answer, mode: modeOf(mode), reason: said.length === 0 ? null : said.join(': ') };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
