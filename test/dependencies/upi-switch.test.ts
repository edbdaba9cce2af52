import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Row } from '../../harness/history/schema.ts';
import { readBalances, readEffects } from '../../harness/observe/truth.ts';
import type { StackNeeds } from '../../harness/stack/stack.ts';
import type { TargetInstance, TargetProcesses } from '../../harness/target/processes.ts';
import { startDependencies } from '../../harness/target/start-processes.ts';
import { openingPaise } from '../../simulators/dependencies/bank/settle.ts';
import {
  bankAudit,
  bankBalances,
  bankEffects,
  bankNeed,
  bankStore,
  openAccounts,
} from '../../simulators/dependencies/bank/truth.ts';
import { dependencySpec } from '../../simulators/dependencies/dependency-spec.ts';
import { Asker } from '../../simulators/worker/ask.ts';
import type { Asked } from '../../simulators/worker/ask.ts';
import { sharedStack } from '../shared-stack.ts';
import { eventually } from '../targets/rehearsal.ts';

const needs: StackNeeds = { topics: {}, postgres: { [bankStore]: bankNeed }, redis: false };
const shared = sharedStack(needs);
let processes: TargetProcesses;
let bank: TargetInstance;
let asker: Asker;

beforeEach(async () => {
  await shared.stack.reset(needs);
  const dependencies = [dependencySpec('upi-switch', { latencyMs: 0 })];
  processes = await startDependencies(shared.session, { dependencies }, shared.stack.direct);
  const [instance] = processes.instances;
  if (instance === undefined) throw new Error('the bank was not started');
  bank = instance;
  asker = new Asker(`http://127.0.0.1:${bank.port}`, { withinMs: 5_000, connections: 64 });
});
afterEach(async () => {
  asker.close();
  await processes[Symbol.asyncDispose]();
});

const debit = (id: number, account: string, paise: number, withinMs?: number) =>
  asker.ask('/debits', { id: String(id), account, paise }, withinMs);
const look = (id: number) => asker.ask(`/debits/${id}`);
const reverse = (id: number) => asker.ask(`/debits/${id}/reversal`, {});
const statusOf = (asked: Asked) =>
  asked.outcome === 'unknown' ? 'open' : (asked.body as { readonly status: string }).status;

/** Retries until the outcome is known, like a pipeline that must not lose it. */
async function persistently(call: () => Promise<Asked>): Promise<string> {
  let status = 'open';
  await eventually(async () => ((status = statusOf(await call())) === 'open' ? 'no answer' : null));
  return status;
}

async function tell(changes: object): Promise<void> {
  const body = JSON.stringify(changes);
  const { status } = await fetch(`http://127.0.0.1:${bank.port}/settings`, { method: 'PUT', body });
  expect(status).toBe(200);
}

async function withBooks<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(shared.stack.direct.postgres[bankStore]);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Effects as [op, leg, delta, version], after checking that the books are consistent. */
async function effectsOfSoundBooks() {
  const { postgres } = shared.stack.direct;
  const effects: Row<'effects'>[] = [];
  const balances: Row<'balances'>[] = [];
  await readEffects(postgres, [bankEffects], async (rows) => void effects.push(...rows));
  await readBalances(postgres, [bankBalances], 'after', async (rows) => void balances.push(...rows));
  expect(await withBooks(async (client) => (await client.query<object>(bankAudit.sql)).rows)).toEqual([{ paise: '0' }]);
  const byKey = Map.groupBy(effects, ({ key }) => key);
  for (const { key, available, version } of balances) {
    const own = byKey.get(key) ?? [];
    const sum = own.reduce((paise, { delta }) => paise + (delta ?? 0), openingPaise(key ?? ''));
    expect({ key, available, versions: own.map((effect) => effect.version).toSorted(byNumber) }).toEqual({
      key,
      available: sum,
      versions: Array.from({ length: version ?? 0 }, (_, index) => index + 1),
    });
  }
  expect(effects.every(({ committed_at }) => committed_at !== null)).toBe(true);
  return effects.map(({ op, leg, delta, version }) => [op, leg, delta, version]).toSorted(byNumber);
}
const byNumber = (a: unknown, b: unknown) => Number([a].flat()[0]) - Number([b].flat()[0]);

describe('a debit', () => {
  it('is taken once, however many ask at once and later; the id stands for that debit alone', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => debit(1, 'b7', 250_00)));
    expect(answers.map(statusOf)).toEqual(Array.from({ length: 50 }, () => 'done'));
    expect(await debit(1, 'b7', 250_00)).toEqual({ outcome: 'answered', body: { id: '1', status: 'done' } });
    const other = { outcome: 'refused', status: 409, body: { id: '1', status: 'conflict' } };
    expect(await debit(1, 'b7', 250_01)).toEqual(other);
    expect(await debit(1, 'b8', 250_00)).toEqual(other);
    expect(await look(1)).toMatchObject({ body: { status: 'done' } });
    expect(await effectsOfSoundBooks()).toEqual([[1, 'bank-debit', -250_00, 1]]);
  });

  it('is declined where the account has too little, and stays declined', async () => {
    expect(openingPaise('b33')).toBe(100_00);
    const answers = await Promise.all([debit(1, 'b33', 60_00), debit(2, 'b33', 60_00), debit(3, 'b33', 40_00)]);
    expect(answers.map(statusOf)).toEqual(['done', 'declined', 'done']);
    expect(statusOf(await reverse(1))).toBe('reversed');
    expect(statusOf(await debit(2, 'b33', 60_00))).toBe('declined');
    expect(statusOf(await reverse(2))).toBe('declined');
    expect(await effectsOfSoundBooks()).toHaveLength(3);
  });

  it('is refused where it is none', async () => {
    expect(await debit(1, 'u7', 1)).toMatchObject({ outcome: 'refused', status: 400 });
    expect(await debit(1, 'b7', 0.5)).toMatchObject({ outcome: 'refused', status: 400 });
    expect(await debit(1, 'b7', -5)).toMatchObject({ outcome: 'refused', status: 400 });
    expect(await look(1)).toEqual({ outcome: 'refused', status: 404, body: { id: '1', status: 'unknown' } });
    expect(await effectsOfSoundBooks()).toEqual([]);
  });

  it('takes from what an account was opened with beforehand', async () => {
    await openAccounts(shared.stack.direct, [{ key: 'b7', available: 10 }]);
    expect(statusOf(await debit(1, 'b7', 11))).toBe('declined');
    expect(statusOf(await debit(2, 'b7', 10))).toBe('done');
  });
});

describe('a reversal', () => {
  it('gives back once', async () => {
    await debit(1, 'b7', 250_00);
    const answers = await Promise.all(Array.from({ length: 20 }, () => reverse(1)));
    expect(answers.map(statusOf)).toEqual(Array.from({ length: 20 }, () => 'reversed'));
    expect(statusOf(await look(1))).toBe('reversed');
    expect(statusOf(await debit(1, 'b7', 250_00))).toBe('reversed');
    expect(await effectsOfSoundBooks()).toEqual([
      [1, 'bank-debit', -250_00, 1],
      [1, 'bank-reversal', 250_00, 2],
    ]);
  });

  it('that comes first makes its debit do nothing', async () => {
    expect(statusOf(await reverse(1))).toBe('reversed');
    expect(statusOf(await look(1))).toBe('reversed');
    expect(statusOf(await debit(1, 'b7', 250_00))).toBe('reversed');
    expect(statusOf(await reverse(1))).toBe('reversed');
    expect(await effectsOfSoundBooks()).toEqual([]);
  });
});

describe('an answer that does not come', () => {
  it('because it is late: the money is gone, and asking tells', async () => {
    await tell({ lateShare: 1, lateByMs: 1_000 });
    expect(await debit(1, 'b7', 250_00, 200)).toEqual({ outcome: 'unknown', why: 'no answer within 200 ms' });
    await tell({ lateShare: 0 });
    expect(statusOf(await look(1))).toBe('done');
    expect(statusOf(await debit(1, 'b7', 250_00))).toBe('done');
    expect(await effectsOfSoundBooks()).toEqual([[1, 'bank-debit', -250_00, 1]]);
  });

  it('because the work waits: a client that gave up and reversed is not charged after all', async () => {
    await tell({ latencyMs: 500 });
    expect(await debit(1, 'b7', 250_00, 100)).toMatchObject({ outcome: 'unknown' });
    await tell({ latencyMs: 0 });
    expect(statusOf(await look(1))).toBe('unknown');
    expect(statusOf(await reverse(1))).toBe('reversed');
    // The first request's work is still to come, and counted once it is done.
    await eventually(async () => {
      const { calls } = (await (await fetch(`http://127.0.0.1:${bank.port}/usage`)).json()) as { calls: number };
      return calls === 2 ? null : `${calls} calls`;
    });
    expect(await effectsOfSoundBooks()).toEqual([]);
  });

  it('because it says 500: done where it failed after the work, not where it failed before', async () => {
    await tell({ errorAfterShare: 1 });
    expect(await debit(1, 'b7', 250_00)).toEqual({ outcome: 'unknown', why: 'answered 500' });
    await tell({ errorAfterShare: 0, errorShare: 1 });
    expect(await debit(2, 'b7', 250_00)).toEqual({ outcome: 'unknown', why: 'answered 500' });
    await tell({ errorShare: 0 });
    expect([statusOf(await look(1)), statusOf(await look(2))]).toEqual(['done', 'unknown']);
  });
});

/** Waits until the server's clients wait for a lock; over a separate connection, since a transaction sees this only once. */
const waiting = () =>
  withBooks(async (client) => {
    const { rows } = await client.query<{ query: string }>(
      `SELECT query FROM pg_stat_activity WHERE wait_event_type = 'Lock'`,
    );
    return rows.map(({ query }) => query);
  });

/** Ten debits on each of four accounts, with ids from `first` on. */
const forty = (first: number) => Array.from({ length: 40 }, (_, n) => debit(first + n, `b${n % 4}`, 10_00));

/**
 * A lock keeps the first group from being settled; the bank dies behind it and is restarted, and gets more requests, while what
 * it left to the server is still under way. Returns the answers to the earlier and to the later requests.
 */
const killedBehind = (lock: string, waitsFor: string) =>
  withBooks(async (client) => {
    await debit(100, 'b7', 1);
    await client.query(`BEGIN; LOCK TABLE accounts IN ${lock} MODE`);
    const before = Promise.all(forty(0));
    await eventually(async () => {
      return (await waiting()).some((query) => query.includes(waitsFor)) ? null : `nobody waits at ${waitsFor}`;
    });
    await bank.kill();
    await bank.start();
    const after = Promise.all(forty(40));
    await eventually(async () => ((await waiting()).length > 1 ? null : 'the new bank does not wait'));
    await client.query('COMMIT');
    return { before: await before, after: await after };
  });

it('nothing is said to be done before it is durable', async () => {
  // The transaction's last step undoes its writes.
  await withBooks((client) =>
    client.query(`
      CREATE FUNCTION forbid() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not today'; END $$;
      CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON debits DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION forbid()`),
  );
  expect(await debit(1, 'b7', 250_00)).toEqual({ outcome: 'unknown', why: 'answered 500' });
  await withBooks((client) => client.query('DROP TRIGGER at_commit ON debits'));
  expect(statusOf(await look(1))).toBe('unknown');
  expect(statusOf(await debit(1, 'b7', 250_00))).toBe('done');
  expect(await effectsOfSoundBooks()).toEqual([[1, 'bank-debit', -250_00, 1]]);
});

describe('a bank that is killed in the middle of a transaction', () => {
  it.each([
    ['before it is written', 'ACCESS EXCLUSIVE', 'SELECT account', false],
    ['after its last word, COMMIT, was sent', 'EXCLUSIVE', 'INSERT INTO accounts', true],
  ])('%s, loses no debit and takes none twice', async (_, lock, waitsFor, isDone) => {
    const { before, after } = await killedBehind(lock, waitsFor);
    expect(new Set(before.map(({ outcome }) => outcome))).toEqual(new Set(['unknown']));
    expect(new Set(after.map(statusOf))).toEqual(new Set(['done']));
    // Which of the first forty were in the transaction is up to the bank; the lock made sure that some were.
    const seen = await Promise.all(Array.from({ length: 40 }, (_none, id) => look(id)));
    expect(seen.map(statusOf).includes('done')).toBe(isDone);

    expect(new Set((await Promise.all(forty(0))).map(statusOf))).toEqual(new Set(['done']));
    expect(await effectsOfSoundBooks()).toHaveLength(81);
  });

  it('again and again, while a thousand ask until they know', async () => {
    const ids = Array.from({ length: 1_000 }, (_, id) => id);
    const all = Promise.all(ids.map((id) => persistently(() => debit(id, `b${id % 10}`, 10_00))));
    for (let kill = 0; kill < 3; kill++) {
      await eventually(async () => {
        const rows = await withBooks(async (client) => (await client.query('SELECT 1 FROM debits')).rowCount);
        return (rows ?? 0) > kill * 200 ? null : 'nothing new in the books';
      });
      await bank.kill();
      await bank.start();
    }
    expect(new Set(await all)).toEqual(new Set(['done']));
    expect(await effectsOfSoundBooks()).toHaveLength(1_000);
  });
});

it('a Postgres that is killed leaves it open, and nothing is lost or taken twice once it is back', async () => {
  const part = shared.stack.parts.get(`postgres:${bankStore}`);
  if (part === undefined) throw new Error('the stack has no bank');
  await debit(1_000, 'b1', 1);
  await part.kill();
  expect(await debit(1_001, 'b1', 1)).toMatchObject({ outcome: 'unknown' });
  const asked = Promise.all(Array.from({ length: 100 }, (_, id) => persistently(() => debit(id, 'b1', 10_00))));
  await part.start();
  expect(new Set(await asked)).toEqual(new Set(['done']));
  expect(await effectsOfSoundBooks()).toHaveLength(101);
});
