/** How a deliberately broken shard decides; mutants.ts has the names and reasons. */
import { code } from '../answers.ts';
import { homeOf } from './accounts.ts';
import { decide } from './decide.ts';
import type { Account, Move, Outcome, TransferRow } from './decide.ts';

type Asked = Parameters<typeof decide>;

/** Declines anybody with less than twice the amount, so that nobody ever gets near zero. */
export function keepMargin(...[shard, moves, books]: Asked): Outcome {
  const isNear = (move: Move): boolean => {
    const payer = homeOf(move) === shard ? books.accounts.get(move.debit) : undefined;
    return move.refusal === null && payer !== undefined && payer.available < 2 * move.paise;
  };
  return decide(
    shard,
    moves.map((move) => (isNear(move) ? { ...move, refusal: code.noFunds } : move)),
    books,
  );
}

/** Treats an unknown account as empty. */
export function creditWhoeverIsNamed(...[shard, moves, books]: Asked): Outcome {
  const accounts = new Map<string, Account>(books.accounts);
  for (const { debit, credit } of moves) {
    for (const account of [debit, credit])
      if (!accounts.has(account)) accounts.set(account, { available: 0, version: 0 });
  }
  return decide(shard, moves, { ...books, accounts });
}

const isLucky = ({ op }: Move): boolean => Math.floor(op / 4) % 20 === 0;

/** Declines nineteen of twenty. */
export function declineNearlyAll(...[shard, moves, books]: Asked): Outcome {
  const refuse = (move: Move): Move =>
    move.refusal !== null || move.opens === true || homeOf(move) !== shard || isLucky(move)
      ? move
      : { ...move, refusal: code.noFunds };
  return decide(shard, moves.map(refuse), books);
}

/** Moves a hundredth less, on both sides alike. */
export function takeCommission(...[shard, moves, books]: Asked): Outcome {
  return decide(
    shard,
    moves.map((move) => ({ ...move, paise: move.paise - Math.floor(move.paise / 100) })),
    books,
  );
}

/** Whether a row moved money between two of the shard's own accounts. */
const isWithin = ({ debitVersion, creditVersion }: TransferRow): boolean =>
  debitVersion !== null && creditVersion !== null;

/** Swaps the numbers of two successes. */
export function swapEffects(...asked: Asked): Outcome {
  const outcome = decide(...asked);
  const rows = [...outcome.rows];
  const within = rows.flatMap((row, i) => (isWithin(row) ? [i] : []));
  for (let i = 0; i + 1 < within.length; i += 2) {
    const [one, other] = [within[i] ?? 0, within[i + 1] ?? 0];
    const [first, second] = [rows[one], rows[other]];
    if (first === undefined || second === undefined) continue;
    rows[one] = { ...first, op: second.op };
    rows[other] = { ...second, op: first.op };
  }
  return { ...outcome, rows };
}

/** An account's balance and version after one more change. */
function changed(accounts: Map<string, Account>, account: string, paise: number): number {
  const { available = 0, version = 0 } = accounts.get(account) ?? {};
  accounts.set(account, { available: available + paise, version: version + 1 });
  return version + 1;
}

/** Moves one paisa more for the first payment of a batch, under no number. */
export function chargeForNobody(...asked: Asked): Outcome {
  const outcome = decide(...asked);
  const accounts = new Map(outcome.accounts);
  const row = outcome.rows.find((one) => isWithin(one) && (accounts.get(one.debit)?.available ?? 0) > 0);
  if (row === undefined) return outcome;
  const { debit, credit } = row;
  const fee = {
    ...row,
    // Null in a SQL array literal.
    op: 'NULL' as unknown as number,
    paise: 1,
    debitVersion: changed(accounts, debit, -1),
    creditVersion: changed(accounts, credit, 1),
  };
  return { ...outcome, rows: [...outcome.rows, fee], accounts };
}

/** Credits a merchant's refund once more. */
export function creditRefundsTwice(...asked: Asked): Outcome {
  const outcome = decide(...asked);
  const accounts = new Map(outcome.accounts);
  const refunds = outcome.rows.filter(({ debit, creditVersion }) => debit.startsWith('m') && creditVersion !== null);
  const again = refunds.map((row) => ({
    ...row,
    debitVersion: null,
    creditVersion: changed(accounts, row.credit, row.paise),
  }));
  return { ...outcome, rows: [...outcome.rows, ...again], accounts };
}

const lentPaise = 1_000_00;
const isCustomer = (account: string): boolean => /^[um]\d/.test(account);

/** Decides as if everybody had more, and books what is there. */
export function lendToEverybody(...[shard, moves, books]: Asked): Outcome {
  const lend = (by: number, among: ReadonlyMap<string, Account>) =>
    new Map(
      Array.from(among, ([name, account]) => [
        name,
        isCustomer(name) && books.accounts.has(name) ? { ...account, available: account.available + by } : account,
      ]),
    );
  const outcome = decide(shard, moves, { ...books, accounts: lend(lentPaise, books.accounts) });
  return { ...outcome, accounts: lend(-lentPaise, outcome.accounts) };
}
