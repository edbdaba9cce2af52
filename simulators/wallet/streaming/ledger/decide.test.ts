import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { code } from '../answers.ts';
import { homeOf, shardCount, shardOf } from './accounts.ts';
import { decide } from './decide.ts';
import type { Account, Move, Outcome } from './decide.ts';
import { owedFor, toReview } from './outbox.ts';

/** A transfer; u0, u3, m6 are on shard 0, u1 and m1 on shard 1. */
const move = (op: number, debit: string, credit: string, paise: number, over: Partial<Move> = {}): Move => ({
  op,
  debit,
  credit,
  paise,
  refusal: null,
  ...over,
});
const books = (balances: Readonly<Record<string, number>>, decided: Readonly<Record<number, number>> = {}) => ({
  accounts: new Map<string, Account>(
    Object.entries({ transit: 0, clearing: 0, ...balances }).map(([name, available]) => [
      name,
      { available, version: 4 },
    ]),
  ),
  decided: new Map(Object.entries(decided).map(([op, answer]) => [Number(op), answer])),
});
const balancesOf = ({ accounts }: Outcome) =>
  Object.fromEntries([...accounts].map(([name, { available }]) => [name, available]));

describe('a shard', () => {
  it('moves money between its own accounts, each change under the next version of its account', () => {
    const outcome = decide(0, [move(1, 'u0', 'm6', 30), move(2, 'u3', 'm6', 5)], books({ u0: 100, u3: 5, m6: 1 }));
    expect(outcome.answers).toEqual([code.success, code.success]);
    expect(balancesOf(outcome)).toEqual({ u0: 70, u3: 0, m6: 36 });
    expect(outcome.rows).toEqual([
      { op: 1, answer: code.success, debit: 'u0', credit: 'm6', paise: 30, debitVersion: 5, creditVersion: 5 },
      { op: 2, answer: code.success, debit: 'u3', credit: 'm6', paise: 5, debitVersion: 5, creditVersion: 6 },
    ]);
  });

  it('leaves to transit what goes to another shard, and takes from transit what comes from there', () => {
    const payment = move(1, 'u0', 'm1', 30);
    const [debited, credited] = [decide(0, [payment], books({ u0: 100 })), decide(1, [payment], books({ m1: 0 }))];
    expect([balancesOf(debited), balancesOf(credited)]).toEqual([
      { u0: 70, transit: 30 },
      { m1: 30, transit: -30 },
    ]);
    expect(debited.rows).toMatchObject([{ debitVersion: 5, creditVersion: null }]);
    expect(credited.rows).toMatchObject([{ debitVersion: null, creditVersion: 5 }]);
    expect(owedFor(0, [payment])).toEqual([{ firstOp: 1, recipient: 1, moves: [payment] }]);
    expect(owedFor(1, [{ ...payment, degraded: true }])).toEqual([]);
  });

  it('takes what a bank gave from clearing', () => {
    const outcome = decide(0, [move(1, 'b9', 'u0', 30)], books({ u0: 1 }));
    expect(balancesOf(outcome)).toEqual({ u0: 31, clearing: -30 });
  });

  it('declines what is not there, and goes on to what is', () => {
    const moves = [move(1, 'u0', 'm6', 60), move(2, 'u0', 'm6', 50), move(3, 'u0', 'm6', 40)];
    const outcome = decide(0, moves, books({ u0: 100, m6: 0 }));
    expect(outcome.answers).toEqual([code.success, code.noFunds, code.success]);
    expect(balancesOf(outcome)).toEqual({ u0: 0, m6: 100 });
  });

  it('gives the stored answer to what comes again, in the same batch or later, and moves nothing', () => {
    const again = decide(0, [move(1, 'u0', 'm6', 60), move(1, 'u0', 'm6', 60)], books({ u0: 100, m6: 0 }));
    expect([again.answers, again.fresh]).toEqual([
      [code.success, code.success],
      [true, false],
    ]);
    expect(balancesOf(again)).toEqual({ u0: 40, m6: 60 });
    const later = decide(0, [move(1, 'u0', 'm6', 60)], books({ u0: 100, m6: 0 }, { 1: code.noFunds }));
    expect(later).toEqual({ answers: [code.noFunds], fresh: [false], rows: [], accounts: new Map(), opened: [] });
  });

  it('writes down what others have refused and what names no account', () => {
    const refused = move(1, 'u0', 'm6', 60, { refusal: code.blocked });
    const outcome = decide(0, [refused, move(2, 'u9', 'm6', 1), move(3, 'u0', 'u0', 1)], books({ u0: 100, m6: 0 }));
    expect(outcome.answers).toEqual([code.blocked, code.noAccount, code.noAccount]);
    expect(outcome.rows.map(({ debitVersion }) => debitVersion)).toEqual([null, null, null]);
    expect(balancesOf(outcome)).toEqual({});
  });

  it('does not lose a credit whose account it does not find', () => {
    expect(() => decide(1, [move(1, 'u0', 'm1', 30)], books({}))).toThrow('1: m1 is not on shard 1');
  });

  it('opens an account once, and pays into it in the same batch', () => {
    const opens = { opens: true };
    const moves = [move(1, 'u3', 'u3', 0, opens), move(2, 'u3', 'u3', 0, opens), move(3, 'u0', 'u3', 7)];
    const outcome = decide(0, moves, books({ u0: 10 }));
    expect(outcome.answers).toEqual([code.registered, code.accountTaken, code.success]);
    expect(outcome.opened).toEqual(['u3']);
    expect(balancesOf(outcome)).toEqual({ u0: 3, u3: 7 });
    expect(balancesOf(decide(0, [move(1, 'u3', 'u3', 0, opens)], books({})))).toEqual({});
  });

  it('owes a review for what was let through in crisis mode', () => {
    const payment = move(1, 'u0', 'm6', 30, { degraded: true });
    expect(decide(0, [payment], books({ u0: 100, m6: 0 })).answers).toEqual([code.successDegraded]);
    expect(owedFor(0, [payment]).map(({ recipient }) => recipient)).toEqual([toReview]);
  });
});

describe('the whole ledger', () => {
  it('has every account on one shard, however large its number', () => {
    expect(['u0', 'u1', 'm2', 'u2999999', 'u3000000', 'u3000001', 'u7000001'].map(shardOf)).toEqual([
      0, 1, 2, 2, 0, 1, 2,
    ]);
  });

  it('makes and loses no paisa, whatever is transferred and how often it comes', () => {
    const account = fc.constantFrom('u0', 'u1', 'u2', 'u3', 'u3000001', 'm0', 'm1', 'm5');
    const transfers = fc.array(fc.tuple(fc.nat({ max: 12 }), account, account, fc.nat({ max: 60 })));
    fc.assert(
      fc.property(transfers, (list) => {
        const shards = Array.from({ length: shardCount }, () =>
          books({ u0: 50, u1: 50, u2: 50, u3: 50, u3000001: 50, m0: 0, m1: 0, m5: 0 }),
        );
        const total = () =>
          shards.map(({ accounts }) => [...accounts.values()].reduce((sum, { available }) => sum + available, 0));
        const opening = total();
        const apply = (shard: number, moves: readonly Move[]): Move[] => {
          const own = shards[shard] ?? books({});
          const outcome = decide(shard, moves, own);
          for (const [name, after] of outcome.accounts) own.accounts.set(name, after);
          for (const { op, answer } of outcome.rows) own.decided.set(op, answer);
          return moves.filter((_, i) => outcome.fresh[i] && outcome.answers[i] === code.success);
        };
        // An operation is the same transfer every time.
        const byOp = new Map<number, Move>();
        for (const [op, debit, credit, paise] of list) {
          const one = byOp.get(op) ?? move(op, debit, credit, paise);
          byOp.set(op, one);
          for (const owed of owedFor(homeOf(one), apply(homeOf(one), [one]))) {
            // Delivered twice, as a relay may do.
            apply(owed.recipient, owed.moves);
            apply(owed.recipient, owed.moves);
          }
        }
        expect(total()).toEqual(opening);
        expect(shards.reduce((sum, { accounts }) => sum + (accounts.get('transit')?.available ?? 0), 0)).toBe(0);
        const ofCustomers = shards.flatMap(({ accounts }) => [...accounts].filter(([name]) => name !== 'transit'));
        expect(ofCustomers.filter(([, { available }]) => available < 0)).toEqual([]);
      }),
    );
  });
});
