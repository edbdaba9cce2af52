import { z } from 'zod';
import type { Domain } from '../../harness/domains/domain.ts';
import { inventory } from '../../harness/domains/inventory/index.ts';
import { kyc } from '../../harness/domains/kyc/index.ts';
import { wallet } from '../../harness/domains/wallet/index.ts';
import { faults } from '../../harness/faults/registry.ts';
import { objectives } from '../../harness/judge/objectives/registry.ts';
import { abortedShape, runShape } from '../../harness/report/run-shape.ts';
import { duration, ofEveryObjective, scenarioShape } from '../../harness/scenario/shape.ts';

type Json = Record<string, unknown>;

const domains: readonly Domain[] = [inventory, wallet, kyc];

/** JSON Schema (2020-12) of a scenario as data, with the parameters of every fault and objective and the world of every domain. */
export function scenarioSchema(): Json {
  const fault = z.discriminatedUnion(
    'type',
    variants(faults, (parameters) => ({ recoverWithin: duration.optional(), ...parameters })),
  );
  const objective = z.discriminatedUnion(
    'type',
    variants(objectives, (parameters) => ({ ...ofEveryObjective, ...parameters })),
  );
  const [scheduled] = [scenarioShape.shape.faults.element];
  const schema = scenarioShape.extend({
    faults: z.array(scheduled.extend({ fault })),
    objectives: z.array(objective),
  });
  return {
    ...jsonOf(schema, 'A scenario of Toofan as data'),
    allOf: domains.map(({ name, world }) => ({
      if: { properties: { domain: { const: name } } },
      // eslint-disable-next-line unicorn/no-thenable -- it is JSON Schema's own word
      then: { properties: { world: jsonOf(world) } },
    })),
  };
}

/** JSON Schema of `run.json`, of a run with a verdict and of one that was aborted. Open, since members may be added. */
export function runSchema(): Json {
  return jsonOf(z.union([runShape, abortedShape]), 'run.json of Toofan', (schema) => {
    if (schema['additionalProperties'] === false) delete schema['additionalProperties'];
  });
}

type Parameters = Readonly<Record<string, z.ZodType>>;
type Variant = z.ZodObject<{ type: z.ZodLiteral<string> }>;

const variants = (
  registry: ReadonlyMap<string, { readonly type: string; readonly parameters: Parameters }>,
  shapeOf: (parameters: Parameters) => Parameters,
): [Variant, ...Variant[]] =>
  [...registry.values()].map(({ type, parameters }) =>
    z.strictObject({ type: z.literal(type), ...shapeOf(parameters) }),
  ) as unknown as [Variant, ...Variant[]];

function jsonOf(schema: z.ZodType, title?: string, change: (schema: Json) => void = () => {}): Json {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    unrepresentable: 'any',
    override: ({ jsonSchema }) => change(jsonSchema as Json),
  });
  return title === undefined ? rest : { $schema, title, ...rest };
}
