import type { Objective } from './define-objective.ts';
import * as rows from './index.ts';

/** Every kind of objective, by the `type` of its spec. */
export const objectives: ReadonlyMap<string, Objective> = new Map(
  Object.values<Objective>(rows).map((objective) => [objective.type, objective]),
);
