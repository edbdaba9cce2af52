import { rm } from 'node:fs/promises';

import { inventory } from '../../harness/domains/inventory/index.ts';
import { kyc } from '../../harness/domains/kyc/index.ts';
import { wallet } from '../../harness/domains/wallet/index.ts';
import { judge } from '../../harness/judge/judge.ts';
import type { InvariantResult, Judgement, ObjectiveResult } from '../../harness/judge/judgement.ts';
import type { ObjectiveSpec } from '../../harness/scenario/scenario.ts';
import { aHistory, type SmallHistory } from './a-history.ts';

export const domains = { inventory, kyc, wallet };

/** Writes a small history, judges it, removes it. */
export async function judged(small: SmallHistory): Promise<Judgement> {
  const folder = await aHistory(small);
  try {
    return await judge(folder, domains[small.domain ?? 'inventory']);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The result of one invariant on a small history. */
export async function invariantOf(name: string, small: SmallHistory): Promise<InvariantResult> {
  const { invariants } = await judged({ ...small, invariants: [name] });
  const [result] = invariants;
  if (!result || invariants.length !== 1) throw new Error(`${name} was not judged`);
  return result;
}

/** The result of one objective on a small history. */
export async function objectiveOf(spec: ObjectiveSpec, small: SmallHistory): Promise<ObjectiveResult> {
  const { objectives } = await judged({ ...small, objectives: [spec] });
  const [result] = objectives;
  if (!result || objectives.length !== 1) throw new Error(`${spec.type} was not judged`);
  return result;
}
