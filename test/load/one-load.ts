import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { loadRegistry } from '../../harness/catalogue.ts';
import { startGenerators } from '../../harness/load/generator.ts';
import type { GeneratorOptions, Generators } from '../../harness/load/generator.ts';
import { planLoad } from '../../harness/load/load-plan.ts';
import { KafkaLog } from '../../harness/observe/kafka-log.ts';
import type { LoadPhase } from '../../harness/scenario/scenario.ts';
import type { KafkaAddress } from '../../harness/stack/stack.ts';
import { target } from '../../simulators/inventory/streaming/target.ts';
import type { SharedStack } from '../shared-stack.ts';
import { eventually, NotYet } from '../../harness/eventually.ts';

/** A stack with one input topic: the generator needs only Kafka. */
export const needs = { topics: target.needs.topics, postgres: {}, redis: false };

const registryModule = new URL('../../harness/catalogue.ts', import.meta.url).href;
const registry = await loadRegistry(import.meta.dirname);
const seed = 7;
const leadMs = 100;

const scenarioOf = (load: readonly LoadPhase[]) => {
  const scenario = registry.scenarios.get('smoke');
  if (scenario === undefined) throw new Error('no scenario smoke');
  return { ...scenario, load };
};

/** One sent operation, from the history. */
export interface Row {
  /** `op/attempt` */
  readonly id: string;
  readonly shard: number;
  readonly phase: string;
  readonly outcome: string;
  readonly error: string | null;
  /** Milliseconds. */
  readonly lateness: number;
  readonly acked: boolean;
}
export const ids = (rows: readonly Row[]): string[] => rows.map(({ id }) => id).toSorted();

/** Generators of one load, with their own history folder; they wait for `begin`. */
export async function start(
  { session, stack }: SharedStack,
  load: readonly LoadPhase[],
  options: Partial<GeneratorOptions> = {},
): Promise<{ generators: Generators; historyFolder: string }> {
  const historyFolder = await mkdtemp(join(session.folder, 'history-'));
  const generators = startGenerators({
    session,
    registryModule,
    folder: import.meta.dirname,
    scenario: scenarioOf(load),
    loadScale: 1,
    targetName: target.name,
    seed,
    shards: 1,
    addresses: stack.direct,
    historyFolder,
    ...options,
  });
  return { generators, historyFolder };
}

/** Runs one load to its end; `meanwhile` runs during it. */
export async function run(
  shared: SharedStack,
  load: readonly LoadPhase[],
  options: Partial<GeneratorOptions> = {},
  meanwhile: (generators: Generators) => Promise<void> = () => Promise.resolve(),
) {
  const { generators, historyFolder } = await start(shared, load, options);
  await using ending = generators;
  await ending.ready;
  generators.begin(Date.now() + leadMs);
  await meanwhile(generators);
  const records = await generators.done;
  return { records, planned: plannedIds(load), rows: await readHistory(historyFolder), historyFolder };
}

/** Every operation that the load plans, computed independently of the generator's processes. */
function plannedIds(load: readonly LoadPhase[]): string[] {
  const domain = registry.domains.get('inventory');
  if (domain === undefined) throw new Error('no domain inventory');
  const { schedule, world } = planLoad(scenarioOf(load), domain, 1, seed);
  const planned: string[] = [];
  for (let arrival = 0; arrival < schedule.arrivals; arrival++) {
    world.arrival(arrival, (op, attempt) => planned.push(`${op}/${attempt}`));
  }
  return planned.toSorted();
}

async function readHistory(folder: string): Promise<Row[]> {
  const instance = await DuckDBInstance.create(':memory:');
  try {
    const connection = await instance.connect();
    const reader = await connection.runAndReadAll(
      `SELECT op || '/' || attempt AS id, shard, phase, outcome, error, (sent_at - planned_at) / 1000 AS lateness,
              acked_at IS NOT NULL AS acked
       FROM '${folder}/operations-*.parquet' ORDER BY sent_at`,
    );
    return reader.getRowObjectsJS() as unknown as Row[];
  } finally {
    instance.closeSync();
  }
}

/** Every operation in the input log, once per occurrence. */
export async function submitted(kafka: KafkaAddress): Promise<string[]> {
  await using log = new KafkaLog(kafka);
  const inputs = Object.entries(needs.topics).flatMap(([topic, { role }]) => (role === 'input' ? [topic] : []));
  const ends = await log.endOffsets(inputs);
  const found: string[] = [];
  const ranges = [...ends].flatMap(([topic, offsets]) =>
    offsets.map((end, partition) => ({ topic, partition, start: 0, end })),
  );
  await log.read(ranges, (records) => {
    for (const record of records) {
      const identity = target.identify(record);
      found.push(identity === null ? 'unknown' : `${identity.op}/${identity.attempt}`);
    }
    return Promise.resolve();
  });
  return found.toSorted();
}

export async function sentAtLeast(generators: Generators, operations: number): Promise<void> {
  const look = () => {
    const sent = generators.sentSoFar();
    return Promise.resolve(sent < operations ? new NotYet(`only ${sent} operations were sent`) : undefined);
  };
  await eventually(look, { withinMs: 20_000, everyMs: 10 });
}
