import { z } from 'zod';
import type { Domain } from '../../harness/domains/domain.ts';
import { inventory } from '../../harness/domains/inventory/index.ts';
import { kyc } from '../../harness/domains/kyc/index.ts';
import { wallet } from '../../harness/domains/wallet/index.ts';
import { faults } from '../../harness/faults/registry.ts';
import { objectives } from '../../harness/judge/objectives/registry.ts';
import { capacityShape } from '../../harness/capacity/capacity-shape.ts';
import { abortedShape, runShape } from '../../harness/report/run-shape.ts';
import { scenarioShapeWith } from '../../harness/scenario/shape.ts';

type Json = Record<string, unknown>;

const domains: readonly Domain[] = [inventory, wallet, kyc];

/** JSON Schema (2020-12) of a scenario as data, with the parameters of every fault and objective and the world of every domain. */
export function scenarioSchema(): Json {
  const schema = scenarioShapeWith(z.unknown(), faults, objectives);
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
  return jsonOf(z.union([runShape, abortedShape]), 'run.json of Toofan', open);
}

/** JSON Schema of `capacity.json`. Open, as that of `run.json` is. */
export function capacitySchema(): Json {
  return jsonOf(capacityShape, 'capacity.json of Toofan', open);
}

/** Members may be added. */
function open(schema: Json): void {
  if (schema['additionalProperties'] === false) delete schema['additionalProperties'];
}

function jsonOf(schema: z.ZodType, title?: string, change: (schema: Json) => void = () => {}): Json {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    unrepresentable: 'any',
    override: ({ jsonSchema }) => change(jsonSchema as Json),
  });
  return title === undefined ? rest : { $schema, title, ...rest };
}
