import { describe, expect, it } from 'vitest';
import type { Row } from '../../harness/history/schema.ts';
import { readBacklog, readBalances, readEffects } from '../../harness/observe/truth.ts';
import { target } from '../../simulators/inventory/streaming/target.ts';
import { sharedStack } from '../shared-stack.ts';

const shared = sharedStack(target.needs);

/** A query that gives one row: SQL by column. */
const query = (columns: Readonly<Record<string, string>>) => ({
  store: 'main',
  sql: `SELECT ${Object.entries(columns)
    .map(([name, sql]) => `${sql} AS ${name}`)
    .join(', ')};`,
});
const effect = {
  op: '7::bigint',
  leg: "'debit'",
  key: "'u1'",
  delta: '-3000000000',
  amount_paise: '200000000000::numeric',
  version: 'NULL::bigint',
  committed_at: "timestamptz '2026-11-27 00:00:00.000001+00'",
};
const balance = { key: "'u1'", available: '1', sold: 'NULL::int', version: '1' };

async function effects(columns: Partial<typeof effect> & Record<string, string>): Promise<Row<'effects'>[]> {
  const found: Row<'effects'>[] = [];
  await readEffects(shared.stack.direct.postgres, [query({ ...effect, ...columns })], (rows) => {
    found.push(...rows);
    return Promise.resolve();
  });
  return found;
}

describe('what a store says of what happened', () => {
  it('is taken as it is, crores of rupees among it', async () => {
    expect(await effects({})).toEqual([
      {
        op: 7,
        leg: 'debit',
        store: 'main',
        key: 'u1',
        delta: -3_000_000_000,
        amount_paise: 200_000_000_000,
        version: null,
        committed_at: Date.UTC(2026, 10, 27) * 1_000 + 1,
      },
    ]);
    expect(await effects({ op: 'NULL::bigint', key: 'NULL::text' })).toMatchObject([{ op: null, key: null }]);
  });

  it.each<[column: string, sql: string, found: string]>([
    ['delta', '12.5', '"12.5"'],
    ['delta', "'five'", '"five"'],
    ['delta', "''", '""'],
    ['delta', 'true', 'true'],
    ['delta', "'NaN'::float8", 'null'],
    ['op', '9007199254740993', '"9007199254740993"'],
    ['version', '0.1::float8', '0.1'],
    ['key', '5', '5'],
    ['leg', '5', '5'],
    ['committed_at', "timestamptz '1950-01-01'", '"-631152000000000"'],
  ])('stops at %s that is %s', async (column, sql, found) => {
    await expect(effects({ [column]: sql })).rejects.toMatchObject({
      exitCode: 65,
      message: expect.stringMatching(
        new RegExp(`effects\\[0\\] \\(in main: SELECT .*\\): column ${column} must be .*, is ${found};`),
      ) as string,
    });
  });

  it.each<[title: string, columns: Readonly<Record<string, string>>, problem: RegExp]>([
    ['a time beyond all times', { committed_at: "'infinity'::timestamptz" }, /effects\[0\] .*infinity/],
    ['a time that is none', { committed_at: '5' }, /effects\[0\] .*extract/],
  ])('says what the database says of %s', async (_title, columns, problem) => {
    const message = expect.stringMatching(problem) as string;
    await expect(effects(columns)).rejects.toMatchObject({ exitCode: 65, message });
  });

  it('tells what the server refuses from what the query asks wrongly', async () => {
    // Like `pg_xact_commit_timestamp` with track_commit_timestamp off: the server is misconfigured.
    await expect(effects({ version: 'lastval()' })).rejects.toMatchObject({
      exitCode: 69,
      message: expect.stringMatching(/effects\[0\] .*lastval is not yet defined.*\(refused by the server\)/) as string,
    });
  });

  it('names a column that is not there, whether or not there are rows', async () => {
    const { delta: _delta, ...others } = effect;
    const misnamed = query({ ...others, delt: '1' });
    const read = readEffects(shared.stack.direct.postgres, [misnamed], () => Promise.resolve());
    const message = expect.stringMatching(/effects\[0\] .*column q\.delta does not exist/) as string;
    await expect(read).rejects.toMatchObject({ exitCode: 65, message });
  });

  it('balances and the backlog are read as strictly', async () => {
    const postgres = shared.stack.direct.postgres;
    const read = (columns: object) =>
      readBalances(postgres, [query({ ...balance, ...columns })], 'before', () => Promise.resolve());
    await expect(read({ available: '0.4' })).rejects.toThrow(
      /balances\[0\] .* column available must be a whole number/,
    );
    await expect(read({ available: 'NULL::int' })).rejects.toThrow(/column available must be a whole number, is null/);
    await expect(read({ key: 'NULL::text' })).rejects.toThrow(/column key must be non-empty text/);
    expect(await readBacklog(postgres, [query({ open: '3' }), query({ open: '4' })])).toBe(7);
    await expect(readBacklog(postgres, [query({ open: 'NULL::int' })])).rejects.toThrow(
      /must return one row with a number/,
    );
    await expect(readBacklog(postgres, [query({ opn: '3' })])).rejects.toMatchObject({ exitCode: 65 });
  });
});
