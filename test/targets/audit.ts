import type { Operation, OpeningBalance } from '../../harness/domains/domain.ts';
import type { Decision } from '../../harness/target/target.ts';

/** What is left of a small drill once it has drained. */
export interface Remains {
  readonly opening: readonly OpeningBalance[];
  /** Every operation that is in the input log, once. */
  readonly submitted: readonly Operation[];
  /** Every record of the decision log, in its order. */
  readonly decisions: readonly Decision[];
  readonly effects: readonly Effect[];
  readonly balances: readonly Balance[];
  /** What the shelf shows, by key; null where it shows nothing. */
  readonly shelf: ReadonlyMap<string, number | null>;
}
export interface Effect {
  readonly op: number;
  readonly key: string;
  readonly delta: number;
  readonly version: number;
}
export interface Balance {
  readonly key: string;
  readonly available: number;
  readonly sold: number;
  readonly version: number;
}

/** The promises of the inventory, reckoned the slow and obvious way; one sentence for each breach, in the order of the alphabet:
 *  the stores list what they hold in none. */
export function audit(remains: Remains): string[] {
  const answers = answersByOp(remains.decisions);
  return [
    ...auditAnswers(remains, answers),
    ...auditEffects(remains, answers),
    ...auditBalances(remains),
    ...auditShelf(remains),
  ].toSorted();
}

function answersByOp(decisions: readonly Decision[]): Map<number, Set<string>> {
  const answers = new Map<number, Set<string>>();
  for (const { op, answer } of decisions) {
    const those = answers.get(op) ?? new Set();
    answers.set(op, those.add(answer));
  }
  return answers;
}

const allowed: Readonly<Record<string, readonly string[]>> = {
  order: ['confirmed', 'sold_out', 'rejected', 'cancelled_first', 'shed'],
  cancellation: ['cancelled', 'refused'],
  return: ['credited', 'refused'],
  restock: ['applied'],
};

function* auditAnswers(remains: Remains, answers: ReadonlyMap<number, Set<string>>): Iterable<string> {
  const kinds = new Map(remains.submitted.map(({ op, kind }) => [op, kind]));
  for (const [op, kind] of kinds) {
    const given = [...(answers.get(op) ?? [])];
    if (given.length !== 1) yield `${kind} ${op} has ${given.length} answers: ${given.join(', ')}`;
    for (const answer of given) if (!allowed[kind]?.includes(answer)) yield `${kind} ${op} was answered ${answer}`;
  }
  for (const op of answers.keys()) if (!kinds.has(op)) yield `${op} was answered and never submitted`;
}

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
    const own = byKey.get(key) ?? [];
    const left = own.reduce((sum, { delta }) => sum + delta, available);
    if (balance?.available !== left) yield `${key} has ${balance?.available} left, its effects say ${left}`;
    if ((balance?.available ?? 0) < 0) yield `${key} is oversold: ${balance?.available}`;
    const versions = own.map(({ version }) => version).toSorted((a, b) => a - b);
    if (versions.some((version, i) => version !== i + 1)) yield `${key} has versions ${versions.join()}`;
    if (balance?.version !== own.length) yield `${key} is at version ${balance?.version} after ${own.length} effects`;
  }
}

function* auditShelf({ balances, shelf }: Remains): Iterable<string> {
  for (const { key, available } of balances) {
    const shown = shelf.get(key) ?? null;
    if (shown !== available) yield `${key} shows ${shown} on the shelf and has ${available}`;
  }
}
