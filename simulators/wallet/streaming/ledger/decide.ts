import { code } from '../answers.ts';
import type { Code } from '../answers.ts';
import { placeOn } from './accounts.ts';

/**
 * One shard's decision, pure: the rows that a batch concerns and the batch in, answers and writes out.
 *
 * - A transfer that was decided before (redelivered, or a double click) gets its stored answer and moves nothing.
 * - One that others have already refused (fraud, no such payee) is recorded as refused.
 * - Otherwise its own accounts must exist, with enough of the payer's money: what is not enough now is declined for good.
 * - A credit from another shard is already a success and is never refused.
 */

/** A transfer as requested from a shard, keyed by the operation; for accounts elsewhere it moves their stand-ins. */
export interface Move {
  readonly op: number;
  readonly debit: string;
  readonly credit: string;
  readonly paise: number;
  /** Why it must not happen; null if nothing is against it. */
  readonly refusal: Code | null;
  /** Checked by the basic rule only: its success is one in crisis mode, to be reviewed. */
  readonly degraded?: boolean;
  /** It moves nothing and opens the account that is debited and credited. */
  readonly opens?: boolean;
}

export interface Account {
  readonly available: number;
  readonly version: number;
}

/** The rows that a batch concerns. */
export interface Books {
  readonly accounts: ReadonlyMap<string, Account>;
  /** Answers of operations that were decided before. */
  readonly decided: ReadonlyMap<number, Code>;
}

/** A row of `transfers` to be written. */
export interface TransferRow {
  readonly op: number;
  readonly answer: Code;
  readonly debit: string;
  readonly credit: string;
  readonly paise: number;
  readonly debitVersion: number | null;
  readonly creditVersion: number | null;
}

export interface Outcome {
  /** One per move, in order; and whether it was decided just now. */
  readonly answers: readonly Code[];
  readonly fresh: readonly boolean[];
  readonly rows: readonly TransferRow[];
  /** Accounts whose balance changed, with their new state. */
  readonly accounts: ReadonlyMap<string, Account>;
  readonly opened: readonly string[];
}

const mayOwe = new Set(['transit', 'clearing']);

export function decide(shard: number, moves: readonly Move[], books: Books): Outcome {
  const accounts = new Map<string, Account>();
  const decided = new Map<number, Code>();
  const rows: TransferRow[] = [];
  const opened: string[] = [];

  const accountOf = (account: string) => accounts.get(account) ?? books.accounts.get(account);
  const write = (move: Move, answer: Code, debitVersion: number | null, creditVersion: number | null): Code => {
    const { op, debit, credit, paise } = move;
    rows.push({ op, answer, debit, credit, paise, debitVersion, creditVersion });
    decided.set(op, answer);
    return answer;
  };
  /** The account's new version; null for the stand-in of an account elsewhere. */
  const change = (place: string, before: Account, paise: number): number | null => {
    const version = before.version + 1;
    accounts.set(place, { available: before.available + paise, version });
    return mayOwe.has(place) ? null : version;
  };
  const open = (move: Move): Code => {
    if (accountOf(move.credit) !== undefined) return write(move, code.accountTaken, null, null);
    accounts.set(move.credit, { available: 0, version: 0 });
    opened.push(move.credit);
    return write(move, code.registered, null, null);
  };
  const answerTo = (move: Move): Code => {
    const before = decided.get(move.op) ?? books.decided.get(move.op);
    if (before !== undefined) return before;
    if (move.refusal !== null) return write(move, move.refusal, null, null);
    if (move.opens === true) return open(move);
    const [from, to] = [placeOn(shard, move.debit), placeOn(shard, move.credit)];
    const [payer, payee] = [accountOf(from), accountOf(to)];
    // The payer has been debited: refusing it now would leave the money in transit forever.
    if (from === 'transit' && payee === undefined) throw new Error(`${move.op}: ${to} is not on shard ${shard}`);
    if (payer === undefined || payee === undefined || from === to) return write(move, code.noAccount, null, null);
    if (payer.available < move.paise && !mayOwe.has(from)) return write(move, code.noFunds, null, null);
    const debitVersion = change(from, payer, -move.paise);
    const creditVersion = change(to, payee, move.paise);
    return write(move, move.degraded === true ? code.successDegraded : code.success, debitVersion, creditVersion);
  };

  const fresh: boolean[] = [];
  const answers = moves.map((move, i) => {
    const written = rows.length;
    const answer = answerTo(move);
    fresh[i] = rows.length > written;
    return answer;
  });
  for (const account of opened) if (accounts.get(account)?.version === 0) accounts.delete(account);
  return { answers, fresh, rows, accounts, opened };
}
