import { array, assert, constant, constantFrom, integer, oneof, property, record } from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { expect, it } from 'vitest';
import { openingPaise, settle } from './settle.ts';
import type { BankBooks, BankRequest } from './settle.ts';

const empty: BankBooks = { debits: new Map(), reversals: new Map(), accounts: new Map() };

const after = (before: BankBooks, { debits, reversals, accounts }: BankBooks): BankBooks => ({
  debits: new Map([...before.debits, ...debits]),
  reversals: new Map([...before.reversals, ...reversals]),
  accounts: new Map([...before.accounts, ...accounts]),
});

const id = integer({ min: 1, max: 6 });
const request: Arbitrary<BankRequest> = oneof(
  record({
    type: constant('debit' as const),
    id,
    account: constantFrom('b13', 'b14'),
    paise: constantFrom(40_00, 60_00),
  }),
  record({ type: constantFrom('reversal' as const, 'look' as const), id }),
);

it('settles a group as it would settle each by itself', () => {
  assert(
    property(array(request, { maxLength: 40 }), (requests) => {
      const together = settle(requests, empty);
      let books = empty;
      const alone = requests.map((one) => {
        const settlement = settle([one], books);
        books = after(books, settlement.books);
        return settlement.answers[0];
      });
      expect(together.answers).toEqual(alone);
      expect(together.books).toEqual(books);
    }),
  );
});

it('never takes what is not there, nor gives back what was not taken', () => {
  assert(
    property(array(request, { maxLength: 40 }), (requests) => {
      const { debits, reversals, accounts } = settle(requests, empty).books;
      for (const [account, { paise, version }] of accounts) {
        const own = [...debits].filter(([, debit]) => debit.account === account && debit.version !== null);
        const givenBack = own.filter(([debit]) => reversals.has(debit));
        const sum = (list: typeof own) => list.reduce((total, [, debit]) => total + debit.paise, 0);
        expect(paise).toBe(openingPaise(account) - sum(own) + sum(givenBack));
        expect(paise).toBeGreaterThanOrEqual(0);
        expect(version).toBe(own.length + givenBack.length);
      }
    }),
  );
});

it('opens each twentieth account with too little for most', () => {
  const accounts = Array.from({ length: 1_000 }, (_, number) => `b${3_000_000 + number}`);
  expect(accounts.filter((account) => openingPaise(account) === 100_00)).toHaveLength(50);
  expect(openingPaise('b14')).toBe(500_000_00);
});
