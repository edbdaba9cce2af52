import { z } from 'zod';
import { badInput } from '../errors.ts';
import { durationMs } from '../scenario/time.ts';
import { schemaProblems } from '../schema-problems.ts';
import type { ProcessSpec } from './processes.ts';
import type { ProcessContext, Target } from './target.ts';

const text = z.string().min(1);
/** Anything else before it could turn the address into another host (`@elsewhere`). */
const ownPath = z.string().startsWith('/', { error: "must be a path that begins with '/'" });
const does = z.custom((value) => typeof value === 'function', { error: 'must be a function' });
const amount = z.number().min(0);
const span = z.union(
  [z.strictObject({ storyMs: amount }), z.string().refine((value) => durationMs(value) !== undefined)],
  {
    error: "must be a duration such as '2s', or story('6min')",
  },
);

const truths = z.array(z.strictObject({ store: text, sql: text }));

const processSpec = z.strictObject({
  name: text,
  command: z.array(text).min(1),
  env: z.record(text, z.string()),
  count: z.int().min(0),
  memoryLimitMiB: amount.optional(),
  restart: z.literal('always').optional(),
  ready: z.union([z.strictObject({ path: ownPath }), z.strictObject({ line: text })], {
    error: 'must be { path } or { line }',
  }),
});

const needs = z.strictObject({
  topics: z.record(
    text,
    z.strictObject({ partitions: z.int().min(1), role: z.enum(['input', 'decisions', 'internal']) }),
  ),
  postgres: z.record(
    text,
    z.strictObject({
      schema: z.union([text, z.array(text).min(1)], { error: "must be an SQL file's path, or a list of them" }),
      settings: z.record(text, z.union([z.string(), z.number()], { error: 'must be a text or a number' })).optional(),
    }),
  ),
  redis: z.boolean(),
  brief: z.boolean().optional(),
  faults: z.strictObject({ proxies: z.boolean().optional(), logVolumeMiB: amount.optional() }).optional(),
});

/** The shape of a target (target.ts); whether its functions return what they promise shows when they are called. */
export const targetShape = z.strictObject({
  name: text,
  summary: z.string(),
  domain: text,
  needs,
  prepare: does,
  dependencies: z.array(processSpec).optional(),
  processes: does,
  actions: z.record(text, z.looseObject({ summary: z.string(), run: does, verify: does })).optional(),
  metrics: z
    .strictObject({
      poolWaiting: text.optional(),
      poolUsed: text.optional(),
      poolSize: text.optional(),
      breakersOpen: text.optional(),
      errors: text.optional(),
      retries: text.optional(),
    })
    .optional(),
  consumerGroups: z.array(z.strictObject({ id: text, topics: z.array(text), sessionTimeoutMs: amount.optional() })),
  encode: does,
  identify: does,
  decode: does,
  effects: truths,
  balances: truths,
  backlog: truths.optional(),
  longestPause: span.optional(),
  audits: z.array(z.strictObject({ name: text, store: text, sql: text })).optional(),
  readModel: z.looseObject({ name: text, open: does, stalenessMs: amount, refreshMs: amount }).optional(),
  http: z.strictObject({ process: text, kinds: z.array(text) }).optional(),
});

/** A target's processes. Throws (65) if what it returns is invalid, naming the problem. */
export function processesOf(target: Target, context: ProcessContext): readonly ProcessSpec[] {
  const path = `target ${target.name}: processes()`;
  let specs: unknown;
  try {
    specs = target.processes(context);
  } catch (error) {
    throw badInput(`${path}: throws ${error instanceof Error ? error.message : String(error)}`);
  }
  const problems = schemaProblems(z.array(processSpec), specs);
  if (problems.length > 0) throw badInput(problems.map((problem) => `${path}: ${problem}`).join('\n'));
  return specs as readonly ProcessSpec[];
}
