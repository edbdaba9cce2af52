import { z } from 'zod';
import { scenarioShape } from './scenario/shape.ts';

const named = z.string().min(1);
const works = z.custom((value) => typeof value === 'function', { error: 'must be a function' });
const schema = z.union([named, z.array(named)], { error: 'the path of an SQL file, or a list of them' });

const needs = z.strictObject({
  topics: z.record(
    named,
    z.strictObject({ partitions: z.int().min(1), role: z.enum(['input', 'decisions', 'internal']) }),
  ),
  postgres: z.record(
    named,
    z.strictObject({ schema, settings: z.record(named, z.union([z.string(), z.number()])).optional() }),
  ),
  redis: z.boolean(),
  brief: z.boolean().optional(),
  faults: z.strictObject({ proxies: z.boolean().optional(), logVolumeMiB: z.number().optional() }).optional(),
});
const query = z.strictObject({ store: named, sql: named });

/** What every command reads of a target; what a drill alone needs is looked at when it is drilled. */
const target = z.looseObject({
  name: named,
  summary: z.string(),
  domain: named,
  needs,
  prepare: works,
  processes: works,
  encode: works,
  identify: works,
  decode: works,
  consumerGroups: z.array(
    z.strictObject({ id: named, topics: z.array(named), sessionTimeoutMs: z.number().positive().optional() }),
  ),
  effects: z.array(query),
  balances: z.array(query),
});

/** `toofan.config.ts`, but for `external`: that is looked at where it is used, so that its secrets may be missing elsewhere. */
export const configShape = z.strictObject({
  scenarios: z.array(scenarioShape).optional(),
  targets: z.array(target).optional(),
  images: z
    .strictObject({
      kafka: named.optional(),
      postgres: named.optional(),
      redis: named.optional(),
      k6: named.optional(),
    })
    .optional(),
  external: z.unknown().optional(),
  allowedHosts: z.unknown().optional(),
});
