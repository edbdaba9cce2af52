import { answersByOp, auditAccount, auditAnswers } from './remains.ts';
import type { Remains } from './remains.ts';

/**
 * The promises of the inventory, computed the slow and obvious way; one sentence per breach, in alphabetical order: the stores
 * list what they hold in none.
 */
export function auditInventory(remains: Remains): string[] {
  const answers = answersByOp(remains.decisions);
  return [
    ...auditAnswers(remains, answers, allowed),
    ...auditEffects(remains, answers),
    ...auditBalances(remains),
    ...auditShelf(remains),
  ].toSorted();
}

const allowed: Readonly<Record<string, readonly string[]>> = {
  order: ['confirmed', 'sold_out', 'rejected', 'cancelled_first', 'shed'],
  cancellation: ['cancelled', 'refused'],
  return: ['credited', 'refused'],
  restock: ['applied'],
};

function* auditEffects(remains: Remains, answers: ReadonlyMap<number, Set<string>>): Iterable<string> {
  const has = (op: number | null, answer: string): boolean => op !== null && (answers.get(op)?.has(answer) ?? false);
  const effects = Map.groupBy(remains.effects, ({ op }) => op);
  const orders = new Map(remains.submitted.map((operation) => [operation.op, operation]));
  const givenBack = new Set<number>();
  for (const { op, kind, key, quantity, subjectOp } of orders.values()) {
    let delta = 0;
    if (has(op, 'confirmed')) delta = -quantity;
    if (has(op, 'applied')) delta = quantity;
    if (has(op, 'credited') || (has(op, 'cancelled') && has(subjectOp, 'confirmed'))) {
      delta = quantity;
      if (givenBack.has(subjectOp ?? -1)) yield `order ${subjectOp} was given back twice`;
      givenBack.add(subjectOp ?? -1);
    }
    if (has(op, 'credited') && !has(subjectOp, 'confirmed')) yield `return ${op} of an order that was not confirmed`;
    if (has(op, 'cancelled_first') && ![...orders.values()].some((c) => c.subjectOp === op && has(c.op, 'cancelled')))
      yield `order ${op} was cancelled first, by nobody`;
    const found = (effects.get(op) ?? []).map((effect) => effect.delta);
    const wanted = delta === 0 ? [] : [delta];
    if (found.join() !== wanted.join()) yield `${kind} ${op} on ${key} moved [${found.join()}], not [${wanted.join()}]`;
    effects.delete(op);
  }
  for (const op of effects.keys()) yield `${op} moved stock and was never submitted`;
}

function* auditBalances({ opening, effects, balances }: Remains): Iterable<string> {
  const byKey = Map.groupBy(effects, ({ key }) => key);
  const found = new Map(balances.map((balance) => [balance.key, balance]));
  for (const { key, available } of opening) {
    const balance = found.get(key);
    yield* auditAccount({ key, available }, byKey.get(key) ?? [], balance);
    if ((balance?.available ?? 0) < 0) yield `${key} is oversold: ${balance?.available}`;
  }
}

function* auditShelf({ balances, shelf }: Remains): Iterable<string> {
  for (const { key, available } of balances) {
    const shown = shelf.get(key) ?? null;
    if (shown !== available) yield `${key} shows ${shown} on the shelf and has ${available}`;
  }
}
