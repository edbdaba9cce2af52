import { z } from 'zod';
import { didYouMean } from './scenario/did-you-mean.ts';

/** The type of a schema's value: read-only, with optional members absent instead of undefined. */
export type Parsed<Schema extends z.ZodType> = Whole<z.infer<Schema>>;
type Whole<Value> = Value extends object
  ? { readonly [Member in keyof Value]: Whole<Exclude<Value[Member], undefined>> }
  : Value;

type Path = readonly PropertyKey[];

/**
 * Every mismatch between a value and a schema, each beginning with its path (`load[2].too: unknown. Did you mean 'to'?`); empty
 * if it matches. Paths begin with `root`, the value's own name, if given. The schema's own messages are kept.
 */
export function schemaProblems(schema: z.ZodType, value: unknown, root = ''): string[] {
  const { error } = schema.safeParse(value, { error: sayingOf });
  return (error?.issues ?? []).flatMap((issue) => {
    const found = valueAt(value, issue.path);
    if (issue.code === 'unrecognized_keys') {
      const known = membersAt(schema, value, issue.path);
      return issue.keys.map((key) => `${placeOf(root, [...issue.path, key])}unknown member.${didYouMean(key, known)}`);
    }
    if (issue.code === 'invalid_union' && issue.discriminator !== undefined)
      return `${placeOf(root, issue.path)}unknown: ${shown(found)}.${didYouMean(String(found), optionsOf(issue))}`;
    return `${placeOf(root, issue.path)}${issue.message}${found === undefined ? '; it is missing' : `: ${shown(found)}`}`;
  });
}

/** The requirement, for schemas without a message of their own. */
function sayingOf(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${nameOf(issue.expected)}`;
    case 'invalid_value':
      return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map((value) => shown(value)).join(', ')}`;
    case 'too_small':
      if (issue.origin === 'string' || issue.origin === 'array') return 'must not be empty';
      return `must be ${issue.inclusive ? 'at least' : 'above'} ${issue.minimum}`;
    case 'too_big':
      return `must be ${issue.inclusive ? 'at most' : 'below'} ${issue.maximum}`;
    default:
      return undefined;
  }
}

/** `load[2].to: `; empty for the whole value if it has no name. */
function placeOf(root: string, path: Path): string {
  const place = path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : `${text}${text === '' ? '' : '.'}${String(step)}`),
    root,
  );
  return place === '' ? '' : `${place}: `;
}

const longestShown = 80;

function shown(value: unknown): string {
  // JSON cannot express these; the message must.
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}

const nameOf = (expected: string): string =>
  ({
    nonoptional: 'given',
    int: 'a whole number',
    array: 'a list',
    object: 'an object',
    record: 'an object',
    tuple: 'a list',
  })[expected] ?? `a ${expected}`;

const optionsOf = ({ options }: z.core.$ZodIssueInvalidUnion & { readonly options?: readonly unknown[] }): string[] =>
  (options ?? []).map(String);

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((at, step) => (isRecord(at) ? at[step] : undefined), value);

const isRecord = (value: unknown): value is Record<PropertyKey, unknown> => typeof value === 'object' && value !== null;

/** The members that the schema allows at the path; for a union, those of the value's own variant. */
function membersAt(schema: z.ZodType, value: unknown, path: Path): string[] {
  const [step, ...rest] = path;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return membersAt(schema.unwrap() as z.ZodType, value, path);
  if (schema instanceof z.ZodUnion) {
    const options = schema.options as readonly z.ZodType[];
    const own = options.filter((option) => isVariantOf(option, value));
    return [...new Set((own.length > 0 ? own : options).flatMap((option) => membersAt(option, value, path)))];
  }
  if (step === undefined) return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const inner = valueAt(value, [step]);
  if (schema instanceof z.ZodObject) {
    const member = schema.shape[String(step)] as z.ZodType | undefined;
    return member === undefined ? [] : membersAt(member, inner, rest);
  }
  if (schema instanceof z.ZodArray) return membersAt(schema.element as z.ZodType, inner, rest);
  return schema instanceof z.ZodRecord ? membersAt(schema.valueType as z.ZodType, inner, rest) : [];
}

/** Whether the value matches every literal of an object schema: `{ shape: 'surge' }`. */
const isVariantOf = (option: z.ZodType, value: unknown): boolean =>
  option instanceof z.ZodObject &&
  isRecord(value) &&
  Object.entries(option.shape).every(
    ([name, member]) => !(member instanceof z.ZodLiteral) || member.values.has(value[name] as never),
  );
