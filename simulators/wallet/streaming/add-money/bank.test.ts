import { describe, expect, it } from 'vitest';
import type { Asked } from '../../../worker/ask.ts';
import { Breaker } from '../../../worker/breaker.ts';
import type { AddMoney } from '../../shared/wire.ts';
import { Bank } from './bank.ts';

const request: AddMoney = { kind: 'add_money', op: 7, wallet: 'u1', bank: 'b1', paise: 500 };
const done: Asked = { outcome: 'answered', body: { id: '7', status: 'done' } };
const declined: Asked = { outcome: 'answered', body: { id: '7', status: 'declined' } };
const silent: Asked = { outcome: 'unknown', why: 'no answer' };
const neverHeardOf: Asked = { outcome: 'refused', status: 404, body: {} };
const busy: Asked = { outcome: 'refused', status: 429, body: {} };

/** A bank that gives these answers in turn; what it was asked, and what was recorded as unknown. */
function bankSaying(...answers: readonly Asked[]) {
  const asked: string[] = [];
  const unknown: number[] = [];
  const left = [...answers];
  const bank = new Bank({
    asker: {
      ask: (path, body) => {
        asked.push(body === undefined ? `GET ${path}` : `POST ${path} ${JSON.stringify(body)}`);
        return Promise.resolve(left.shift() ?? silent);
      },
    },
    breaker: new Breaker('bank', { failures: 100, successes: 1, recoverAfterMs: 1 }),
    forMs: 5_000,
    onUnknown: ({ op }) => {
      asked.push('written down');
      unknown.push(op);
      return Promise.resolve();
    },
    onError: () => {},
  });
  return { bank, asked, unknown };
}
const never = new AbortController().signal;
const take = 'POST /debits {"id":"7","account":"b1","paise":500}';
const look = 'GET /debits/7';

describe('a bank that is asked for money', () => {
  it.each([
    ['done', done],
    ['declined', declined],
    ['declined', { outcome: 'refused', status: 409, body: {} } satisfies Asked],
  ] as const)('is taken at its word: %s', async (answer, said) => {
    const { bank, asked } = bankSaying(said);
    expect(await bank.debit(request, new Set(), never)).toBe(answer);
    expect(asked).toEqual([take]);
  });

  it('is asked what became of it when it does not say, after that was written down', async () => {
    const { bank, asked } = bankSaying(silent, silent, done);
    const inDoubt = new Set<number>();
    expect(await bank.debit(request, inDoubt, never)).toBe('done');
    expect(asked).toEqual([take, 'written down', look, look]);
    expect([...inDoubt]).toEqual([7]);
  });

  it('is asked again under the same number where it never heard of it', async () => {
    const { bank, asked } = bankSaying(silent, neverHeardOf, done);
    expect(await bank.debit(request, new Set(), never)).toBe('done');
    expect(asked).toEqual([take, 'written down', look, take]);
  });

  it('is asked after first what was in doubt before', async () => {
    const { bank, asked } = bankSaying(declined);
    expect(await bank.debit(request, new Set([7]), never)).toBe('declined');
    expect(asked).toEqual([look]);
  });

  it('is in no doubt where it says that it did nothing for now', async () => {
    const { bank, asked, unknown } = bankSaying(busy, done);
    expect(await bank.debit(request, new Set(), never)).toBe('done');
    expect([asked, unknown]).toEqual([[take, take], []]);
  });

  it('is waited for no longer than its worker lives', async () => {
    const { bank } = bankSaying();
    const ending = new AbortController();
    const waiting = bank.debit(request, new Set(), ending.signal);
    ending.abort(new Error('the worker is stopping'));
    await expect(waiting).rejects.toThrow('the worker is stopping');
  });
});
