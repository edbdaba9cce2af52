import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { inventory, zipf } from '../../../domains/inventory/index.ts';
import { steady, type Scenario } from '../../../scenario/scenario.ts';
import { arrivalOfVisit, planLoad } from '../../load-plan.ts';
import { writeVisits } from './write-visits.ts';

const visits = { everyNth: 3, journey: 'journey.ts', lasts: '1s' } as const;
const scenario = {
  load: [steady({ name: 'first', perSecond: 30, for: '2s' }), steady({ name: 'second', perSecond: 90, for: '2s' })],
  mix: { cancellation: 0.5 },
  world: { products: 20, popularity: zipf(1), flashDeals: 2, stock: { coversDemand: 1 } },
  visits,
} as unknown as Scenario;
const plan = planLoad(scenario, inventory, 1, 1, { http: { process: 'shop', kinds: ['order', 'cancellation'] } });
const startsAtMs = 1_764_187_200_000;
const micros = (ms: number): string => String(Math.round(ms * 1_000));
const plannedAt = (visit: number): number => startsAtMs + plan.schedule.timeOf(arrivalOfVisit(visit, visits.everyNth));
const opOf = (visit: number): number => arrivalOfVisit(visit, visits.everyNth) * inventory.slotsPerArrival;

interface Line {
  readonly visit: number;
  readonly name?: string;
  readonly about?: readonly [op: number, attempt: number];
  readonly due?: number;
  readonly sent?: number;
  readonly status?: number;
  readonly code?: number;
  readonly told?: string;
  readonly error?: string;
}

/** Writes lines as visitors do and reads back the resulting history. */
async function written(lines: readonly Line[]) {
  const folder = await mkdtemp(join(tmpdir(), 'toofan-visits-'));
  try {
    const text = lines.map(
      ({ visit, name = 'order', about, due = 0, sent = 0, status = 200, code = 0, told = '', error = '' }) =>
        [
          visit,
          name,
          ...(about ?? ['', '']),
          due,
          startsAtMs + sent,
          startsAtMs + sent + 7,
          status,
          code,
          told,
          error,
        ].join('\t'),
    );
    const logFile = join(folder, 'requests.log');
    await writeFile(logFile, ['some words of a script', ...text, ''].join('\n'));
    const historyFolder = join(folder, 'history');
    const counts = await writeVisits({ logFile, historyFolder, plan, everyNth: visits.everyNth, shard: 1, startsAtMs });
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const table = async (name: string) =>
      (await connection.runAndReadAll(`FROM '${historyFolder}/${name}-visits-1.parquet'`)).getRowObjectsJson();
    return {
      counts,
      operations: await table('operations'),
      answers: await table('answers'),
      requests: await table('requests'),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test('a request was due when its visit was planned, plus what went before it; it belongs to the visit’s phase', async () => {
  const { requests } = await written([
    { visit: 5, name: 'browse', sent: 600 },
    { visit: 5, about: [opOf(5), 1], due: 250.5, sent: 860, told: 'confirmed' },
    { visit: 30, name: 'browse', sent: 2_400 },
  ]);
  expect(requests.map(({ visit, request, phase, planned_at: at }) => [visit, request, phase, at])).toEqual([
    ['5', 'browse', 'first', micros(plannedAt(5))],
    ['5', 'order', 'first', micros(plannedAt(5) + 250.5)],
    ['30', 'browse', 'second', micros(plannedAt(30))],
  ]);
});

test('what was done is one operation an attempt, whatever was asked after it; what was told is an answer each time', async () => {
  const about = [opOf(2), 1] as const;
  const { counts, operations, answers } = await written([
    { visit: 2, about, sent: 300, status: 202, told: 'pending' },
    { visit: 2, name: 'status', about, sent: 900, status: 404 },
    { visit: 2, name: 'status', about, sent: 1_500, told: 'sold_out' },
    { visit: 4, about: [opOf(2), 2], sent: 500, told: 'sold_out' },
  ]);
  expect(counts).toEqual({ sent: 2, ok: 2, failed: 0, indeterminate: 0 });
  expect(operations).toMatchObject([
    {
      op: String(opOf(2)),
      attempt: 1,
      shard: 1,
      kind: 'order',
      outcome: 'ok',
      sent_at: `${startsAtMs + 300}000`,
      acked_at: `${startsAtMs + 307}000`,
    },
    { op: String(opOf(2)), attempt: 2, outcome: 'ok' },
  ]);
  expect(answers.map(({ attempt, answer, channel }) => [attempt, answer, channel])).toEqual([
    [1, 'pending', 'http'],
    [1, 'sold_out', 'http'],
    [2, 'sold_out', 'http'],
  ]);
});

test('what may have been done stays open, even where it was refused the next time; what could not be is failed', async () => {
  const { counts, operations, requests } = await written([
    { visit: 1, about: [opOf(1), 1], status: 0, code: 1_050, error: 'request timeout' },
    { visit: 1, name: 'status', about: [opOf(1), 1], status: 404 },
    { visit: 2, about: [opOf(2), 1], status: 0, code: 1_212, error: 'connection refused' },
    { visit: 3, about: [opOf(3), 1], status: 503, code: 1_503, told: 'shed' },
    { visit: 4, about: [opOf(4), 1], status: 500, code: 1_500 },
    { visit: 4, name: 'status', about: [opOf(4), 1], told: 'confirmed' },
  ]);
  expect(counts).toEqual({ sent: 4, ok: 1, failed: 2, indeterminate: 1 });
  expect(operations.map(({ outcome, error, acked_at: acked }) => [outcome, error, acked === null])).toEqual([
    ['indeterminate', 'request timeout', true],
    ['failed', 'connection refused', true],
    ['failed', 'status 503', true],
    ['ok', null, false],
  ]);
  expect(requests[0]).toMatchObject({ status: 0, answered_at: null, error: 'request timeout' });
});

test('no visit leaves an empty history, not none', async () => {
  const { counts, operations, answers, requests } = await written([]);
  expect(counts).toEqual({ sent: 0, ok: 0, failed: 0, indeterminate: 0 });
  expect([operations, answers, requests]).toEqual([[], [], []]);
});
