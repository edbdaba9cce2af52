/** The load generator as in a drill, a separate process, on one broker, and what its history says about it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { DuckDBInstance } from '@duckdb/node-api';

import { loadRegistry } from '../harness/catalogue.ts';
import type { GeneratorRecord } from '../harness/history/drill-record.ts';
import { startGenerators } from '../harness/load/generator.ts';
import type { GeneratorOptions } from '../harness/load/generator.ts';
import type { LoadPhase, Scenario } from '../harness/scenario/scenario.ts';
import type { Session } from '../harness/session/session.ts';
import type { Stack, StackNeeds } from '../harness/stack/stack.ts';

const folder = join(import.meta.dirname, '..');
const registryModule = new URL('../harness/catalogue.ts', import.meta.url).href;
const registry = await loadRegistry(folder);
const needed = <Thing>(things: ReadonlyMap<string, Thing>, name: string): Thing => {
  const thing = things.get(name);
  if (thing === undefined) throw new Error(`there is no ${name}`);
  return thing;
};

export const seed = 1;
export const target = needed(registry.targets, 'inventory/streaming');
export const domain = needed(registry.domains, 'inventory');
/** The mix of big-billion-day under another load. */
export const scenarioWith = (load: readonly LoadPhase[]): Scenario => ({
  ...needed(registry.scenarios, 'big-billion-day'),
  load,
});
/** A broker with the target's topics, and the minimum that a stack needs besides it. */
export const needs: StackNeeds = { topics: target.needs.topics, postgres: {}, redis: false };

export interface Measured {
  readonly records: readonly GeneratorRecord[];
  /** Hand-over delay after the planned time, ms, without the warm-up. */
  readonly lateP99Ms: number;
  readonly lateMaxMs: number;
  readonly ackP99Ms: number;
  /** Acknowledged, from the first sent to the last acknowledged. */
  readonly perSecond: number;
}

export async function measureOwn(
  session: Session,
  stack: Stack,
  scenario: Scenario,
  options: Partial<GeneratorOptions> = {},
): Promise<Measured> {
  const historyFolder = await mkdtemp(join(session.folder, 'bench-'));
  await using generators = startGenerators({
    session,
    registryModule,
    folder,
    scenario,
    loadScale: 1,
    targetName: target.name,
    seed,
    shards: 1,
    addresses: stack.direct,
    historyFolder,
    ...options,
  });
  await generators.ready;
  generators.begin(Date.now() + 300);
  const records = await generators.done;
  const figures = await figuresOf(historyFolder);
  await rm(historyFolder, { recursive: true });
  return { records, ...figures };
}

async function figuresOf(historyFolder: string): Promise<Omit<Measured, 'records'>> {
  const instance = await DuckDBInstance.create(':memory:');
  try {
    const connection = await instance.connect();
    const result = await connection.runAndReadAll(
      `SELECT quantile_cont((sent_at - planned_at) / 1e3, 0.99) FILTER (phase <> 'warm-up') AS "lateP99Ms",
              max((sent_at - planned_at) / 1e3) FILTER (phase <> 'warm-up') AS "lateMaxMs",
              quantile_cont((acked_at - sent_at) / 1e3, 0.99) FILTER (phase <> 'warm-up') AS "ackP99Ms",
              count(acked_at) / ((max(acked_at) - min(sent_at)) / 1e6) AS "perSecond"
       FROM '${historyFolder}/operations-*.parquet'`,
    );
    return result.getRowObjectsJS()[0] as unknown as Omit<Measured, 'records'>;
  } finally {
    instance.closeSync();
  }
}

export const sum = (records: readonly GeneratorRecord[], member: 'sent' | 'unsent' | 'failed' | 'cpuMicros'): number =>
  records.reduce((total, record) => total + record[member], 0);

/** CPU of the whole generator process, including writing its history, µs per operation sent. */
export const cpuMicrosOf = ({ records }: Measured): number => sum(records, 'cpuMicros') / sum(records, 'sent');

/** One row of a Markdown table. */
export const row = (...cells: readonly string[]): void => void process.stdout.write(`| ${cells.join(' | ')} |\n`);
export const whole = (value: number): string => Math.round(value).toLocaleString('en');
export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
