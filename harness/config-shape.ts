import { z } from 'zod';
import { scenarioShape } from './scenario/shape.ts';
import { schemaProblems } from './schema-problems.ts';
import { imagesShape } from './stack/containers/images-shape.ts';
import { allowedHostsShape } from './stack/external/external-shape.ts';
import { targetShape } from './target/target-shape.ts';

/** `external` is checked where it is used, so that its secrets may be missing elsewhere. */
const configShape = z.strictObject({
  scenarios: z.array(scenarioShape).optional(),
  targets: z.array(targetShape).optional(),
  images: imagesShape.optional(),
  external: z.unknown().optional(),
  allowedHosts: allowedHostsShape,
});

/** Every problem of toofan.config.ts, each beginning with its path; empty if there is none. */
export function configProblems(config: unknown): string[] {
  const problems = schemaProblems(configShape, config);
  if (problems.length > 0) return problems;
  const { scenarios = [] } = config as { readonly scenarios?: readonly unknown[] };
  return scenarios.flatMap((scenario, index) => notData(scenario, `scenarios[${index}]`));
}

const deepest = 20;

/** Values that a history cannot hold: a scenario consists of plain values. */
function notData(value: unknown, path: string, depth = 0): string[] {
  if (depth > deepest) return [`${path}: nested too deeply for a scenario`];
  if (value === null || ['string', 'number', 'boolean', 'undefined'].includes(typeof value)) return [];
  if (Array.isArray(value)) return value.flatMap((inner, index) => notData(inner, `${path}[${index}]`, depth + 1));
  if (typeof value === 'object' && [Object.prototype, null].includes(Object.getPrototypeOf(value)))
    return Object.entries(value).flatMap(([name, inner]) => notData(inner, `${path}.${name}`, depth + 1));
  return [`${path}: must be a JSON value, is ${typeof value === 'object' ? 'a class instance' : `a ${typeof value}`}`];
}
