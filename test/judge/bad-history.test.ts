import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { inventory } from '../../harness/domains/inventory/index.ts';
import { wallet } from '../../harness/domains/wallet/index.ts';
import { UserError } from '../../harness/errors.ts';
import type { SealedRecord } from '../../harness/history/drill-record.ts';
import { scenarioSha256, sealHistory } from '../../harness/history/parts.ts';
import { judge } from '../../harness/judge/judge.ts';
import { shelfAccuracy } from '../../harness/judge/objectives/index.ts';
import { aHistory, micros, type SmallHistory } from './a-history.ts';
import { judged } from './judged.ts';

/** The temporary folder of these tests only: others judge at the same time, and leftovers are counted here. */
let temporary: string;
let folder: string;
beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'toofan-bad-history-'));
  vi.stubEnv('TMPDIR', temporary);
  folder = await aHistory({
    opening: { p: 9 },
    invariants: inventory.invariants.map(({ name }) => name),
    ops: Array.from({ length: 500 }, (_, op) => ({ op, at: op, answers: [['sold_out', op + 5]] as const })),
  });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(temporary, { recursive: true, force: true });
});

/** The one line that a user sees; fails if it is not a user error with code 65, or more than a line. */
async function complaint(): Promise<string> {
  const message = await complaints();
  expect(message).not.toContain('\n');
  return message;
}

async function complaints(): Promise<string> {
  const before = await temporaryFolders();
  const error: unknown = await judge(folder, inventory).then(
    () => 'judged',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  const { exitCode, message } = error as UserError;
  expect(exitCode).toBe(65);
  expect(await temporaryFolders()).toEqual(before);
  return message;
}
const temporaryFolders = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('toofan-judge-'));

const part = (table: string) => join(folder, `${table}-small.parquet`);
async function editRecord(edit: (record: Record<string, unknown>) => Record<string, unknown>): Promise<void> {
  const file = join(folder, 'drill.json');
  await writeFile(file, JSON.stringify(edit(JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>)));
}

/** A change by somebody who knows about the checksum. */
const scenario = (change: object) =>
  editRecord((record) => {
    const changed = { ...(record['scenario'] as object), ...change };
    return { ...record, scenario: changed, scenarioSha256: scenarioSha256(changed) };
  });
/** Rewrites the list of parts for whatever exists. */
const listAnew = async () => {
  const {
    parts: _parts,
    scenarioSha256: _sha256,
    ...record
  } = JSON.parse(await readFile(join(folder, 'drill.json'), 'utf8')) as SealedRecord;
  await sealHistory(folder, record);
};
const tables = ['operations', 'appends', 'decisions', 'effects', 'balances', 'samples', 'events', 'catalogue'];

test('a folder that is not there, or is no history', async () => {
  await rm(folder, { recursive: true });
  expect(await complaint()).toContain('drill.json: cannot be read; give the folder of a run');
  folder = await mkdtemp(join(tmpdir(), 'toofan-small-'));
  expect(await complaint()).toContain('drill.json: cannot be read; give the folder of a run');
});

test('a record that was cut short, is of another version, or lacks what it needs', async () => {
  await truncate(join(folder, 'drill.json'), 100);
  expect(await complaint()).toContain('drill.json: is not complete JSON (truncated?)');
  await writeFile(join(folder, 'drill.json'), '[]');
  expect(await complaint()).toContain('is not the record of a drill');
  await writeFile(join(folder, 'drill.json'), '{"schema":2}');
  expect(await complaint()).toContain('has schema 2 but this version reads 1; judge it with the version that wrote it');
  await writeFile(join(folder, 'drill.json'), '{"schema":1,"run":"x","parts":[]}');
  const lacking = await complaints();
  expect(lacking).toContain('drill.json: scenario: must be an object; it is missing');
  expect(lacking).toContain('drill.json: generators: must be a list; it is missing');
});

test('a part of any table that is lost, cut short, damaged or of another run', async () => {
  const other = await aHistory({
    opening: { q: 8 },
    ops: [{ op: 1, key: 'q', at: 3, answers: [['confirmed', 7]] }],
    samples: [{ at: 1, began_at: 1, probe: 'lag', subject: 'x', value: 1, unit: 'messages' }],
    events: [{ at: 1, kind: 'phase', name: 'steady', stage: 'commanded', detail: '' }],
  });
  for (const table of tables) {
    const whole = await readFile(part(table));
    await unlink(part(table));
    expect(await complaint()).toContain(`${table}-small.parquet: missing, though drill.json lists it`);
    await writeFile(part(table), whole.subarray(0, whole.length / 2));
    expect(await complaint()).toContain(`${table}-small.parquet: differs from what was written: truncated, damaged`);
    await writeFile(part(table), whole.with(Math.floor(whole.length / 2), (whole.at(whole.length / 2) ?? 0) ^ 1));
    expect(await complaint()).toContain(`${table}-small.parquet: differs from what was written`);
    await copyFile(join(other, `${table}-small.parquet`), part(table));
    expect(await complaint()).toContain(`${table}-small.parquet: differs from what was written`);
    await writeFile(part(table), whole);
  }
  await expect(judge(folder, inventory)).resolves.toBeDefined();
});

test('a part that came twice, or that nobody listed', async () => {
  for (const copy of ['effects-small (conflicted copy).parquet', 'effects-other.parquet', 'Effects.PARQUET']) {
    await copyFile(part('effects'), join(folder, copy));
    expect(await complaint()).toContain(`${copy}: not a part of this history`);
    await unlink(join(folder, copy));
  }
});

test('a folder in the place of a part', async () => {
  await unlink(part('effects'));
  await mkdir(part('effects'));
  expect(await complaint()).toContain('effects-small.parquet: cannot be read (EISDIR');
});

test('every part that is wrong is named', async () => {
  await unlink(part('events'));
  await copyFile(part('effects'), join(folder, 'effects-2.parquet'));
  const found = await complaints();
  expect(found).toContain('events-small.parquet: missing');
  expect(found).toContain('effects-2.parquet: not a part');
});

test('a list of parts that is gone, says it twice, or something else', async () => {
  type Parts = { readonly table: string; readonly file: string; readonly rows: number }[];
  const parts = (edit: (parts: Parts) => unknown) =>
    editRecord((record) => ({ ...record, parts: edit(record['parts'] as Parts) }));
  await parts((list) => [...list, ...list.slice(0, 1)]);
  expect(await complaint()).toContain('drill.json: parts[8]: appends-small.parquet is listed twice');
  await listAnew();
  await parts((list) => list.map((one) => ({ ...one, table: one.table === 'events' ? 'samples' : one.table })));
  expect(await complaint()).toContain('events-small.parquet is not a part of samples');
  await listAnew();
  await parts((list) => list.map((one) => ({ ...one, rows: one.table === 'effects' ? 7 : one.rows })));
  expect(await complaint()).toContain('effects-small.parquet: has 0 rows, but drill.json lists 7');
  await editRecord(({ parts: _parts, ...record }) => record);
  expect(await complaint()).toContain('drill.json: does not list the parts of the history');
});

test('the scenario of another run, or one that was made easier since', async () => {
  await editRecord((record) => ({ ...record, scenario: { ...(record['scenario'] as object), timeScale: 2 } }));
  expect(await complaint()).toContain('drill.json: scenario: changed since the run');
});

test('a part of something else', async () => {
  await copyFile(part('events'), part('decisions'));
  await listAnew();
  expect(await complaint()).toMatch(
    /decisions-small\.parquet: is not a part of a history \(no column op, no column key/,
  );
});

test('no part at all, where the offsets say that something was logged', async () => {
  await unlink(part('decisions'));
  await listAnew();
  expect(await complaint()).toContain('has no decisions-*.parquet');
});

test('a history of another domain, or with objectives and invariants that nobody knows', async () => {
  await scenario({ domain: 'wallet' });
  expect(await complaint()).toContain("belongs to the domain 'wallet', not 'inventory'");
  await scenario({ domain: 'inventory', invariants: ['no-overselll'] });
  expect(await complaint()).toContain(
    "drill.json: scenario.invariants[0]: unknown invariant 'no-overselll' in inventory. Did you mean 'no-oversell'?",
  );
  await scenario({ invariants: [], objectives: [{ type: 'no-such' }] });
  expect(await complaint()).toContain("drill.json: scenario.objectives[0].type: unknown objective 'no-such'");
});

const latency = { type: 'decision-latency', quantile: 0.99, below: '1s' };
test.each([
  [
    'a quantile in percent',
    { objectives: [{ ...latency, quantile: 99 }] },
    'scenario.objectives[0].quantile: must be above 0',
  ],
  [
    'a bound without a unit',
    { objectives: [{ ...latency, below: 2000 }] },
    'scenario.objectives[0].below: must be a dur',
  ],
  [
    'a phase that is not there',
    { objectives: [{ ...latency, during: 'surge' }] },
    "scenario.objectives[0].during: unknown phase 'surge'. Known: steady.",
  ],
  ['a phase that is no text', { objectives: [{ ...latency, during: 5 }] }, 'scenario.objectives[0].during: must be a'],
  [
    'a share as text',
    { objectives: [{ type: 'decided', atLeast: '99.9%' }] },
    'scenario.objectives[0].atLeast: must be a sha',
  ],
  [
    'a parameter that nobody reads',
    { objectives: [{ type: 'decided', atLeast: 0.9, during_: 'x' }] },
    'scenario.objectives[0].during_: unknown member',
  ],
  ['no time scale', { timeScale: undefined }, 'scenario.timeScale: must be a number; it is missing'],
  ['a time scale of nothing', { timeScale: 0 }, 'scenario.timeScale: must be a number above 0'],
  ['a member that no scenario has', { objektives: [] }, "objektives: unknown member. Did you mean 'objectives'"],
  ['a negative share', { mix: { cancellation: -1 } }, 'scenario.mix.cancellation: must be a share from 0 to 1'],
])('a scenario with %s', async (_name, change, problem) => {
  await scenario(change);
  expect(await complaint()).toContain(problem);
});

const [steady, offset] = [
  { name: 'steady', warmUp: false, startsAt: 5, endsAt: 9, arrivals: 1 },
  { topic: 'orders', role: 'input', partition: 0, start: 0, end: 9, committed: {} },
];
test.each([
  ['a text for a number', { loadScale: '1' }, 'drill.json: loadScale: must be a number: "1"'],
  ['a time that is no whole number', { closedAt: 1.5 }, 'drill.json: closedAt: must be a whole number: 1.5'],
  ['a time beyond what a number holds', { loadEndedAt: 1e300 }, 'drill.json: loadEndedAt: '],
  ['a time before the epoch', { drainedAt: -5 }, 'drill.json: drainedAt: must be at least 0: -5'],
  [
    'a phase that ends before it starts',
    { phases: [{ ...steady, endsAt: 4 }] },
    'drill.json: phases[0].endsAt: ends be',
  ],
  ['two phases of one name', { phases: [steady, steady] }, 'drill.json: phases: names must be unique'],
  ['a negative count', { phases: [{ ...steady, arrivals: -1 }] }, 'drill.json: phases[0].arrivals: '],
  ['offsets that run backwards', { offsets: [{ ...offset, end: -1 }] }, 'drill.json: offsets[0].end: '],
  ['a role of nobody', { offsets: [{ ...offset, role: 'x' }] }, 'drill.json: offsets[0].role: '],
  ['a member that nobody reads', { fault: [] }, "drill.json: fault: unknown member. Did you mean 'faults'?"],
  ['a part elsewhere', { parts: [{ table: 'events', file: '../x', rows: 0, sha256: '' }] }, 'parts[0].file: a file of'],
])('a record with %s', async (_name, change, problem) => {
  await editRecord((record) => ({ ...record, ...change }));
  expect(await complaints()).toContain(problem);
});

test('every problem of a record is named', async () => {
  await editRecord(({ seed: _seed, ...record }) => ({ ...record, run: 7, target: null }));
  const found = await complaints();
  for (const problem of ['seed: must be a number; it is missing', 'run: must be a', 'target: must be an object'])
    expect(found).toContain(`drill.json: ${problem}`);
});

const sample = { at: micros(10), began_at: micros(9), probe: 'shelf', subject: 'p', value: 9, unit: 'units' };
test('a sample without a usable value is left out and counted', async () => {
  const odd = [
    { ...sample, value: Number.NaN },
    { ...sample, value: Number.POSITIVE_INFINITY },
    { ...sample, value: 1e300 },
    { ...sample, at: -1 },
    { ...sample, probe: 'memory', value: -1e300 },
    { ...sample, probe: 'machine', value: Number.NEGATIVE_INFINITY },
  ];
  const small: SmallHistory = {
    opening: { p: 9 },
    shelf: { p: 9 },
    objectives: [shelfAccuracy({ atLeast: 0.9, minimumEvidence: 1 })],
    samples: [sample, sample, ...odd],
  };
  const { notes, objectives } = await judged(small);
  expect(notes).toContain('6 samples had no usable value and do not count');
  expect(objectives).toMatchObject([{ observed: 1, evidence: 2 }]);
  const sound = await judged({ ...small, samples: [sample, { ...sample, value: null }] });
  expect(sound.notes.join()).not.toContain('usable');
});

test.each<[name: string, at: object]>([
  ['at no time', { planned_at: -5 }],
  ['beyond all numbers', { op: '9007199254740993' }],
])('an operation %s', async (_name, change) => {
  const [[column, value]] = Object.entries(change) as [[string, number | string]];
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`CREATE TABLE t AS FROM '${part('operations')}'; UPDATE t SET ${column} = ${value} WHERE op = 7;
    COPY t TO '${part('operations')}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
  await listAnew();
  expect(await complaint()).toContain(
    `operations-small.parquet: column ${column} holds ${value}, which is not a measurement`,
  );
});

test.each(['store', 'key', 'moment', 'available'])('a balance without %s', async (column) => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`CREATE TABLE t AS FROM '${part('balances')}'; UPDATE t SET ${column} = NULL WHERE moment = 'before';
    COPY t TO '${part('balances')}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
  await listAnew();
  expect(await complaint()).toContain(`balances-small.parquet: column ${column} is empty in 1 rows`);
});

const broken = async (small: SmallHistory): Promise<string[]> =>
  (await judged(small)).invariants.filter(({ verdict }) => verdict === 'fail').map(({ name }) => name);

test('crores of rupees are judged to the paisa', async () => {
  const paise = 250_000_000_000;
  const pay: SmallHistory = {
    domain: 'wallet',
    invariants: wallet.invariants.map(({ name }) => name),
    opening: { u1: 2 * paise, m1: 0 },
    ops: [{ op: 1, at: 0, paise, answers: [['success', 3]] }],
  };
  expect(await broken(pay)).toEqual([]);
  const short = { ...pay, left: { u1: paise, m1: paise - 1 } };
  expect(await broken(short)).toContain('ledger-equals-balance');
});
