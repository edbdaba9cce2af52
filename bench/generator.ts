/**
 * The load generator by itself and against Kafka: `node bench/generator.ts [seconds]` (60 where it is left out).
 * Prints rows of a Markdown table: what, figure, goal. Paced runs follow the surge of big-billion-day at 15,000 orders/s;
 * the flat-out run takes turns with `kafka-producer-perf-test` (defaults, and batches as large as ours) on one broker.
 */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { delimiter, join } from 'node:path';

import { DuckDBInstance } from '@duckdb/node-api';

import { loadRegistry } from '../harness/catalogue.ts';
import type { GeneratorRecord } from '../harness/history/drill-record.ts';
import { startGenerators } from '../harness/load/generator.ts';
import type { GeneratorOptions } from '../harness/load/generator.ts';
import { planLoad } from '../harness/load/load-plan.ts';
import { steady, surge, warmUp } from '../harness/scenario/scenario.ts';
import type { LoadPhase, Scenario } from '../harness/scenario/scenario.ts';
import type { Session } from '../harness/session/session.ts';
import { startSession } from '../harness/session/start-session.ts';
import { installKafka } from '../harness/stack/local/kafka-installation.ts';
import type { Stack, StackNeeds } from '../harness/stack/stack.ts';
import { startStack } from '../harness/stack/start-stack.ts';

const seconds = Number(process.argv[2] ?? 60);
const perSecond = 15_000;
const flatOutOrders = 1_000_000;
const seed = 1;
const folder = join(import.meta.dirname, '..');
const registryModule = new URL('../harness/catalogue.ts', import.meta.url).href;

const row = (...cells: readonly string[]): void => void process.stdout.write(`| ${cells.join(' | ')} |\n`);
const whole = (value: number): string => Math.round(value).toLocaleString('en');

const registry = await loadRegistry(folder);
const needed = <Thing>(things: ReadonlyMap<string, Thing>, name: string): Thing => {
  const thing = things.get(name);
  if (thing === undefined) throw new Error(`there is no ${name}`);
  return thing;
};
const target = needed(registry.targets, 'inventory/streaming');
const domain = needed(registry.domains, 'inventory');
const scenarioWith = (load: readonly LoadPhase[]): Scenario => ({
  ...needed(registry.scenarios, 'big-billion-day'),
  load,
});
const paced = scenarioWith([
  warmUp({ perSecond: 1_000, for: '5s' }),
  surge({ to: perSecond, within: '5s', hold: `${seconds}s` }),
]);
const flatOut = scenarioWith([steady({ perSecond: 100_000, for: `${flatOutOrders / 100_000}s` })]);

interface Measured {
  readonly records: readonly GeneratorRecord[];
  readonly sendErrorP99Ms: number;
  readonly sendErrorMaxMs: number;
  readonly ackP99Ms: number;
  /** Acknowledged, from the first sent to the last acknowledged. */
  readonly perSecond: number;
}

async function measure(
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
      `SELECT quantile_cont((sent_at - planned_at) / 1e3, 0.99) FILTER (phase <> 'warm-up') AS "sendErrorP99Ms",
              max((sent_at - planned_at) / 1e3) FILTER (phase <> 'warm-up') AS "sendErrorMaxMs",
              quantile_cont((acked_at - sent_at) / 1e3, 0.99) FILTER (phase <> 'warm-up') AS "ackP99Ms",
              count(acked_at) / ((max(acked_at) - min(sent_at)) / 1e6) AS "perSecond"
       FROM '${historyFolder}/operations-*.parquet'`,
    );
    return result.getRowObjectsJS()[0] as unknown as Omit<Measured, 'records'>;
  } finally {
    instance.closeSync();
  }
}

const sum = (records: readonly GeneratorRecord[], member: 'sent' | 'unsent' | 'failed' | 'cpuMicros'): number =>
  records.reduce((total, record) => total + record[member], 0);

function pacedRow(what: string, measured: Measured, goalMs: number): void {
  const { records } = measured;
  const cpu = sum(records, 'cpuMicros') / sum(records, 'sent');
  const figures = [
    `unsent ${sum(records, 'unsent')}, failed ${sum(records, 'failed')} of ${whole(sum(records, 'sent'))}`,
    `send error p99 ${measured.sendErrorP99Ms.toFixed(1)} ms, max ${measured.sendErrorMaxMs.toFixed(0)} ms`,
    `acknowledged within p99 ${measured.ackP99Ms.toFixed(1)} ms`,
    `CPU ${cpu.toFixed(1)} µs an operation with its history`,
    `peak ${Math.max(...records.map(({ peakMemoryMiB }) => peakMemoryMiB))} MiB`,
  ];
  row(what, figures.join('; '), `unsent 0; p99 ≤ ${goalMs} ms; CPU ≤ 15 µs; memory flat`);
}

/** Records/s of Kafka's own producer benchmark, with the generator's own order records. */
async function perfTest(session: Session, stack: Stack, properties: readonly string[]): Promise<number> {
  const { java, jars } = await installKafka(session, () => undefined);
  const payloads = join(session.folder, 'payloads.txt');
  const { schedule, world } = planLoad(flatOut, domain, 1, seed);
  const values = Array.from(
    { length: Math.min(100_000, schedule.arrivals) },
    (_, arrival) => target.encode(world.operation(arrival * domain.slotsPerArrival), 1).value,
  );
  await writeFile(payloads, values.join('\n'));
  const producer = [`bootstrap.servers=${stack.direct.kafka.brokers.join(',')}`, 'acks=all', ...properties];
  const { stdout, stderr } = spawnSync(
    java.path,
    ['-cp', jars.join(delimiter), 'org.apache.kafka.tools.ProducerPerformance', '--topic', 'order-events'].concat([
      '--num-records', String(flatOutOrders), '--payload-file', payloads, '--throughput', '-1', '--producer-props', ...producer,
    ]), // prettier-ignore
    { encoding: 'utf8', timeout: 300_000 },
  );
  const figure = /records sent, ([\d.]+) records\/sec .* 99\.9th/.exec(
    stdout.split('\n').findLast((line) => line.includes('99.9th')) ?? '',
  )?.[1];
  if (figure === undefined) throw new Error(`kafka-producer-perf-test gave no figure:\n${stdout}\n${stderr}`);
  return Number(figure);
}

const needs: StackNeeds = { topics: target.needs.topics, postgres: {}, redis: false };
await using session = await startSession();
await mkdir(session.folder, { recursive: true });
await using stack = await startStack('local', needs, { session, config: {}, progress: () => undefined });

process.stdout.write(
  `${cpus().length} cores, Node ${process.version}, ${perSecond.toLocaleString('en')} orders/s for ${seconds} s\n\n`,
);
row('what', 'measured', 'goal');
row('---', '---', '---');
pacedRow('paced, a sink that costs nothing', await measure(session, stack, paced, { sink: 'null' }), 5);
pacedRow('paced, to Kafka on the same cores', await measure(session, stack, paced), 10);

const ours: number[] = [];
const theirs: number[] = [];
const theirsTuned: number[] = [];
for (let turn = 0; turn < 3; turn++) {
  await stack.reset(needs);
  ours.push((await measure(session, stack, flatOut, { pace: 'flat-out' })).perSecond);
  await stack.reset(needs);
  theirs.push(await perfTest(session, stack, []));
  await stack.reset(needs);
  theirsTuned.push(await perfTest(session, stack, ['batch.size=524288']));
}
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const best = Math.max(median(theirs), median(theirsTuned));
row(
  'flat out, acks=all, medians of 3 turns',
  `${whole(median(ours))} operations/s with history; kafka-producer-perf-test ${whole(median(theirs))}/s, with batches of 512 KiB ` +
    `${whole(median(theirsTuned))}/s: ${(median(ours) / best).toFixed(2)}x the better`,
  '≥ 0.8x',
);
