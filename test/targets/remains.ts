import type { Operation, OpeningBalance } from '../../harness/domains/domain.ts';
import type { Decision } from '../../harness/target/target.ts';

/** What is left of a small drill once it has drained. */
export interface Remains {
  readonly opening: readonly OpeningBalance[];
  /** Every operation that is in the input log, once. */
  readonly submitted: readonly Operation[];
  /** Every record of the decision log, in order. */
  readonly decisions: readonly Decision[];
  readonly effects: readonly Effect[];
  readonly balances: readonly Balance[];
  /** What the shelf shows, by key; null if it shows nothing. */
  readonly shelf: ReadonlyMap<string, number | null>;
  /** The results of the target's audits at the end, by name. */
  readonly audits: ReadonlyMap<string, number>;
}
export interface Effect {
  readonly op: number;
  readonly leg: string;
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

/** The distinct answers of each operation. */
export function answersByOp(decisions: readonly Decision[]): Map<number, Set<string>> {
  const answers = new Map<number, Set<string>>();
  for (const { op, answer } of decisions) {
    const those = answers.get(op) ?? new Set();
    answers.set(op, those.add(answer));
  }
  return answers;
}

/** Problems with the answers: exactly one allowed answer for each submitted operation, and no other. */
export function* auditAnswers(
  { submitted }: Remains,
  answers: ReadonlyMap<number, Set<string>>,
  allowed: Readonly<Record<string, readonly string[]>>,
): Iterable<string> {
  const kinds = new Map(submitted.map(({ op, kind }) => [op, kind]));
  for (const [op, kind] of kinds) {
    const given = [...(answers.get(op) ?? [])];
    if (given.length !== 1) yield `${kind} ${op} has ${given.length} answers: ${given.join(', ')}`;
    for (const answer of given) if (!allowed[kind]?.includes(answer)) yield `${kind} ${op} was answered ${answer}`;
  }
  for (const op of answers.keys()) if (!kinds.has(op)) yield `${op} was answered and never submitted`;
}

/** Problems with one account: its opening balance and changes must give the closing one, with versions without a gap. */
export function* auditAccount(
  { key, available }: OpeningBalance,
  effects: readonly Effect[],
  balance: Balance | undefined,
): Iterable<string> {
  const left = effects.reduce((sum, { delta }) => sum + delta, available);
  if (balance?.available !== left) yield `${key} has ${balance?.available} left, its effects say ${left}`;
  const versions = effects.map(({ version }) => version).toSorted((a, b) => a - b);
  if (versions.some((version, i) => version !== i + 1)) yield `${key} has versions ${versions.join()}`;
  if (balance?.version !== effects.length)
    yield `${key} is at version ${balance?.version} after ${effects.length} effects`;
}
