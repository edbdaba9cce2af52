/** A request about one debit; `id` is the operation's. */
export type BankRequest =
  | { readonly type: 'debit'; readonly id: number; readonly account: string; readonly paise: number }
  | { readonly type: 'reversal' | 'look'; readonly id: number };

/** A debit in the books; `version` is null if it was declined. */
interface Debit {
  readonly account: string;
  readonly paise: number;
  readonly version: number | null;
}

export interface Account {
  readonly opening: number;
  readonly paise: number;
  readonly version: number;
}

/** What the books hold about the requests' ids and accounts. */
export interface BankBooks {
  readonly debits: ReadonlyMap<number, Debit>;
  /** By the debit's id; null if there was nothing to give back. */
  readonly reversals: ReadonlyMap<number, number | null>;
  /** Accounts opened earlier. */
  readonly accounts: ReadonlyMap<string, Account>;
}

/** `unknown`: no such debit; `conflict`: the id belongs to another debit. */
export type BankAnswer = 'done' | 'declined' | 'reversed' | 'unknown' | 'conflict';

export interface Settlement {
  /** In the order of the requests. */
  readonly answers: readonly BankAnswer[];
  /** What is new in the books, or changed in `accounts`. */
  readonly books: BankBooks;
}

const poorPaise = 100_00;
const wellOffPaise = 500_000_00;

/**
 * The opening balance of account `b<number>`, paise: five lakh rupees; every twentieth has a hundred rupees and soon declines.
 */
export const openingPaise = (account: string): number =>
  Number(account.slice(1)) % 20 === 13 ? poorPaise : wellOffPaise;

/** Answers requests one after another, each seeing the effects of those before it; a repeated request changes nothing. */
export function settle(requests: readonly BankRequest[], before: BankBooks): Settlement {
  const books = {
    debits: new Map<number, Debit>(),
    reversals: new Map<number, number | null>(),
    accounts: new Map<string, Account>(),
  };
  const known = {
    debit: (id: number) => books.debits.get(id) ?? before.debits.get(id),
    isReversed: (id: number) => books.reversals.has(id) || before.reversals.has(id),
    account(name: string): Account {
      const opening = openingPaise(name);
      return books.accounts.get(name) ?? before.accounts.get(name) ?? { opening, paise: opening, version: 0 };
    },
  };
  const move = (name: string, paise: number): number => {
    const account = known.account(name);
    const version = account.version + 1;
    books.accounts.set(name, { ...account, paise: account.paise + paise, version });
    return version;
  };

  const debit = ({ id, account, paise }: BankRequest & { type: 'debit' }): BankAnswer => {
    const earlier = known.debit(id);
    if (earlier !== undefined) {
      return earlier.account === account && earlier.paise === paise ? statusOf(id, earlier) : 'conflict';
    }
    if (known.isReversed(id)) return 'reversed';
    const version = known.account(account).paise >= paise ? move(account, -paise) : null;
    books.debits.set(id, { account, paise, version });
    return version === null ? 'declined' : 'done';
  };
  const reverse = (id: number): BankAnswer => {
    const earlier = known.debit(id);
    if (earlier?.version === null) return 'declined';
    if (!known.isReversed(id)) {
      books.reversals.set(id, earlier === undefined ? null : move(earlier.account, earlier.paise));
    }
    return 'reversed';
  };
  const look = (id: number): BankAnswer => {
    const earlier = known.debit(id);
    if (earlier !== undefined) return statusOf(id, earlier);
    return known.isReversed(id) ? 'reversed' : 'unknown';
  };
  const statusOf = (id: number, { version }: Debit): BankAnswer => {
    if (version === null) return 'declined';
    return known.isReversed(id) ? 'reversed' : 'done';
  };

  const answers = requests.map((request) => {
    if (request.type === 'debit') return debit(request);
    return request.type === 'reversal' ? reverse(request.id) : look(request.id);
  });
  return { answers, books };
}
