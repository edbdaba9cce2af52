import type { Addresses } from 'toofan';
import { Books } from './bank/books.ts';
import type { BankAnswer, BankRequest } from './bank/settle.ts';
import { bankStore } from './bank/truth.ts';
import { serveDependency } from './serve-dependency.ts';
import type { DependencyAnswer, DependencyRequest } from './serve-dependency.ts';

/**
 * The banks behind the UPI switch. Each answer is `{ id, status }`; what it says is durable and stays true.
 *
 *     POST /debits { id, account, paise }   200 done | declined | reversed; 409 the id stands for another debit
 *     GET  /debits/<id>                     200 done | declined | reversed; 404 unknown: never heard of
 *     POST /debits/<id>/reversal            200 reversed | declined (nothing to give back); once, however often asked
 *
 * A reversal may overtake its debit, which then does nothing. A 500 leaves open what became of the request.
 */
const debitPath = /^\/debits\/(\d{1,15})(\/reversal)?$/;
const idPattern = /^\d{1,15}$/;
const accountPattern = /^b\d{1,15}$/;
const statuses: Partial<Record<BankAnswer, number>> = { unknown: 404, conflict: 409 };

const { postgres } = JSON.parse(process.env['TOOFAN_STACK'] ?? '{"postgres":{}}') as Pick<Addresses, 'postgres'>;
const address = postgres[bankStore];
if (address === undefined) throw new Error(`TOOFAN_STACK names no Postgres "${bankStore}" for the bank's books`);
const books = new Books(address);

serveDependency({
  settings: { latencyMs: 15, capacityPerSecond: 10_000 },
  async answer(request): Promise<DependencyAnswer> {
    const asked = requestOf(request);
    if (asked === null) return { status: 404, body: { error: `no such route: ${request.method} ${request.path}` } };
    const status = await books.ask(asked);
    return { status: statuses[status] ?? 200, body: { id: String(asked.id), status } };
  },
});

/** Null if the path is unknown; throws a RangeError if the body is no debit. */
function requestOf({ method, path, body }: DependencyRequest): BankRequest | null {
  if (method === 'POST' && path === '/debits') return debitOf(body);
  const [, id, reversal] = debitPath.exec(path) ?? [];
  if (id === undefined || method !== (reversal === undefined ? 'GET' : 'POST')) return null;
  return { type: reversal === undefined ? 'look' : 'reversal', id: Number(id) };
}

function debitOf(body: unknown): BankRequest {
  const { id, account, paise } = (body ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof id !== 'string' || !idPattern.test(id)) throw new RangeError('id: must be a decimal number, as a string');
  if (typeof account !== 'string' || !accountPattern.test(account)) throw new RangeError('account: b<number>');
  if (typeof paise !== 'number' || !Number.isSafeInteger(paise) || paise <= 0)
    throw new RangeError('paise: must be a whole number above 0');
  return { type: 'debit', id: Number(id), account, paise };
}
