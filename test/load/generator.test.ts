import { once } from 'node:events';
import { mkdtemp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { beforeEach, describe, expect, test } from 'vitest';
import { loadRegistry } from '../../harness/catalogue.ts';
import { startGenerators } from '../../harness/load/generator.ts';
import type { GeneratorOptions, Generators } from '../../harness/load/generator.ts';
import { planLoad } from '../../harness/load/plan.ts';
import { KafkaLog } from '../../harness/observe/kafka-log.ts';
import { steady, surge } from '../../harness/scenario/scenario.ts';
import type { LoadPhase } from '../../harness/scenario/scenario.ts';
import type { Target } from '../../harness/target/target.ts';
import { target as streaming } from '../../simulators/inventory/streaming/target.ts';
import { sharedStack } from '../shared-stack.ts';

const needs = { topics: streaming.needs.topics, postgres: {}, redis: false };
const shared = sharedStack(needs);
const registryModule = new URL('../../harness/catalogue.ts', import.meta.url).href;
const registry = await loadRegistry(import.meta.dirname);
const seed = 7;
const leadMs = 100;

beforeEach(() => shared.stack.reset(needs));

const scenarioOf = (load: readonly LoadPhase[]) => {
  const scenario = registry.scenarios.get('smoke');
  if (scenario === undefined) throw new Error('no scenario smoke');
  return { ...scenario, load };
};
const inventory = () => {
  const domain = registry.domains.get('inventory');
  if (domain === undefined) throw new Error('no domain inventory');
  return domain;
};

interface Row {
  readonly id: string;
  readonly shard: number;
  readonly phase: string;
  readonly outcome: string;
  readonly error: string | null;
  /** Milliseconds. */
  readonly lateness: number;
  readonly acked: boolean;
}

/** Runs one load; `meanwhile` is what happens to it on the way. */
async function run(
  load: readonly LoadPhase[],
  options: Partial<GeneratorOptions> = {},
  meanwhile: (generators: Generators) => Promise<void> = () => Promise.resolve(),
) {
  const scenario = scenarioOf(load);
  const historyFolder = await mkdtemp(join(shared.session.folder, 'history-'));
  await using generators = startGenerators({
    session: shared.session,
    registryModule,
    folder: import.meta.dirname,
    scenario,
    loadScale: 1,
    targetName: streaming.name,
    seed,
    shards: 1,
    addresses: shared.stack.direct,
    historyFolder,
    ...options,
  });
  await generators.ready;
  generators.begin(Date.now() + leadMs);
  await meanwhile(generators);
  const records = await generators.done;
  const { schedule, world } = planLoad(scenario, inventory(), 1, seed);
  const planned: string[] = [];
  for (let arrival = 0; arrival < schedule.arrivals; arrival++) {
    world.arrival(arrival, (op, attempt) => planned.push(`${op}/${attempt}`));
  }
  return { records, planned: planned.toSorted(), rows: await readHistory(historyFolder), historyFolder };
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

/** Every operation in the input log, as often as it is there. */
async function submitted(target: Target = streaming): Promise<string[]> {
  await using log = new KafkaLog(shared.stack.direct.kafka);
  const inputs = Object.entries(target.needs.topics).flatMap(([topic, { role }]) => (role === 'input' ? [topic] : []));
  const ends = await log.endOffsets(inputs);
  const ids: string[] = [];
  const ranges = [...ends].flatMap(([topic, offsets]) =>
    offsets.map((end, partition) => ({ topic, partition, start: 0, end })),
  );
  await log.read(ranges, (records) => {
    for (const record of records) {
      const identity = target.identify(record);
      ids.push(identity === null ? 'unknown' : `${identity.op}/${identity.attempt}`);
    }
    return Promise.resolve();
  });
  return ids.toSorted();
}

const ids = (rows: readonly Row[]): string[] => rows.map(({ id }) => id).toSorted();
const kafka = () => {
  const part = shared.stack.parts.get('kafka');
  if (part === undefined) throw new Error('the stack has no part kafka');
  return part;
};
const sentAtLeast = async (generators: Generators, operations: number): Promise<void> => {
  const deadline = performance.now() + 20_000;
  while (generators.sentSoFar() < operations) {
    if (performance.now() > deadline) throw new Error(`only ${generators.sentSoFar()} operations were sent`);
    await delay(10);
  }
};

describe('the generator', () => {
  test('writes every planned operation to the log exactly once, whatever the number of shards', async () => {
    const { records, planned, rows, historyFolder } = await run(
      [steady({ perSecond: 500, for: '1s' }), surge({ to: 4_000, within: '500ms', hold: '1s' })],
      { shards: 2 },
    );
    expect(await submitted()).toEqual(planned);
    expect(ids(rows)).toEqual(planned);
    expect(rows.filter(({ outcome, acked, error }) => outcome !== 'ok' || !acked || error !== null)).toEqual([]);
    expect(rows.filter(({ lateness }) => lateness < 0)).toEqual([]);
    expect(new Set(rows.map(({ phase }) => phase))).toEqual(new Set(['steady', 'surge']));
    expect(records.map(({ shard }) => shard)).toEqual([0, 1]);
    for (const { shard, ...record } of records) {
      const own = rows.filter((row) => row.shard === shard).length;
      expect(record).toMatchObject({ planned: own, sent: own, acked: own, failed: 0, indeterminate: 0, unsent: 0 });
      expect(record.cpuMicros).toBeGreaterThan(0);
      expect(record.peakMemoryMiB).toBeGreaterThan(0);
    }
    expect((await readdir(historyFolder)).toSorted()).toEqual(['operations-0.parquet', 'operations-1.parquet']);
    expect((await readdir(shared.session.folder)).filter((name) => name.startsWith('sent-'))).toEqual([]);
  });

  test('sends late what a stall held up, counts it late, and leaves nothing out', async () => {
    const { rows, planned, records } = await run([steady({ perSecond: 2_000, for: '2s' })], {}, async (generators) => {
      const [pid] = generators.pids;
      if (pid === undefined) throw new Error('no worker');
      await sentAtLeast(generators, 1_000);
      process.kill(pid, 'SIGSTOP');
      await delay(600);
      process.kill(pid, 'SIGCONT');
    });
    expect(await submitted()).toEqual(planned);
    expect(records[0]?.unsent).toBe(0);
    const late = rows.filter(({ lateness }) => lateness > 100).length;
    // 500 ms of 600 at 2,000 orders/s are more than 100 ms late; companions and a slow machine come on top.
    expect(late).toBeGreaterThan(900);
    expect(Math.max(...rows.map(({ lateness }) => lateness))).toBeGreaterThan(550);
  });

  test('fails what finds the client buffer full, and writes the rest', async () => {
    const { rows, planned } = await run(
      [steady({ perSecond: 1_000, for: '2s' })],
      { limits: { inFlight: 200 } },
      async (generators) => {
        await sentAtLeast(generators, 200);
        await kafka().freeze();
        await delay(1_000);
        await kafka().thaw();
      },
    );
    expect(ids(rows)).toEqual(planned);
    const failed = rows.filter(({ outcome }) => outcome === 'failed');
    expect(new Set(failed.map(({ error }) => error))).toEqual(new Set(['client buffer full']));
    expect(failed.length).toBeGreaterThan(300);
    expect(await submitted()).toEqual(ids(rows.filter(({ outcome }) => outcome === 'ok')));
  });

  test('ends within its deadline where the broker hangs, and knows what never left', async () => {
    const { rows, planned, records } = await run(
      [steady({ perSecond: 2_000, for: '1s' })],
      { limits: { ackDeadlineMs: 500 } },
      async (generators) => {
        await sentAtLeast(generators, 500);
        await kafka().freeze();
        await generators.done;
        await kafka().thaw();
      },
    );
    const of = (outcome: string): Row[] => rows.filter((row) => row.outcome === outcome);
    expect(ids(rows)).toEqual(planned);
    expect(of('failed').length).toBeGreaterThan(0);
    expect(of('indeterminate').length).toBeGreaterThan(0);
    expect(new Set([...of('failed'), ...of('indeterminate')].map(({ error }) => error))).toEqual(
      new Set(['no acknowledgement within 0.5 s of the last send']),
    );
    expect(records[0]).toMatchObject({
      unsent: 0,
      failed: of('failed').length,
      indeterminate: of('indeterminate').length,
    });
    const log = await submitted();
    const inLog = new Set(log);
    expect(log).toHaveLength(inLog.size);
    expect(of('ok').filter(({ id }) => !inLog.has(id))).toEqual([]);
    expect(of('failed').filter(({ id }) => inLog.has(id))).toEqual([]);
  });

  test('counts as unsent what an early end left over', async () => {
    const { rows, planned, records } = await run([steady({ perSecond: 500, for: '20s' })], {}, async (generators) => {
      await sentAtLeast(generators, 300);
      generators.stop();
    });
    expect(records[0]).toMatchObject({
      planned: planned.length,
      sent: rows.length,
      unsent: planned.length - rows.length,
    });
    expect(rows.length).toBeGreaterThanOrEqual(300);
    expect(rows.length).toBeLessThan(planned.length / 2);
    expect(await submitted()).toEqual(ids(rows));
  });

  test('never calls written what a killed broker lost, nor failed what it wrote, and goes on with the next', async () => {
    const { rows, planned, records } = await run([steady({ perSecond: 2_000, for: '6s' })], {}, async (generators) => {
      await sentAtLeast(generators, 2_000);
      // Frozen first, so that requests are under way that nobody will ever answer.
      await kafka().freeze();
      await sentAtLeast(generators, 2_500);
      await kafka().kill();
      await kafka().start();
    });
    const log = await submitted();
    const inLog = new Set(log);
    const of = (outcome: string): string[] => ids(rows.filter((row) => row.outcome === outcome));
    expect(ids(rows)).toEqual(planned);
    expect(log).toHaveLength(inLog.size);
    expect(of('ok').filter((id) => !inLog.has(id))).toEqual([]);
    expect(of('failed').filter((id) => inLog.has(id))).toEqual([]);
    expect(records[0]?.acked).toBe(of('ok').length);
    // The broker is back within seconds; what was on its way is in doubt, what had not left yet goes to the next.
    expect(rows.at(-1)?.outcome).toBe('ok');
    expect(of('indeterminate').length).toBeGreaterThan(0);
    expect(of('indeterminate').length).toBeLessThan(planned.length / 10);
  });

  test('says what is wrong where the topics are missing, before any load', async () => {
    await using generators = startGenerators({
      session: shared.session,
      registryModule,
      folder: import.meta.dirname,
      scenario: scenarioOf([steady({ perSecond: 1, for: '1s' })]),
      loadScale: 1,
      targetName: streaming.name,
      seed,
      shards: 1,
      addresses: { kafka: { brokers: ['127.0.0.1:1'] }, postgres: {} },
      historyFolder: shared.session.folder,
    });
    await expect(generators.ready).rejects.toThrow(/No Kafka broker gives the metadata of order-events/);
    await expect(generators.ready).rejects.toHaveProperty('exitCode', 69);
    await expect(generators.done).rejects.toThrow(/No Kafka broker/);
  });

  test('rejects where a worker is killed, and ends with its parent', async () => {
    await using generators = startGenerators({
      session: shared.session,
      registryModule,
      folder: import.meta.dirname,
      scenario: scenarioOf([steady({ perSecond: 100, for: '10s' })]),
      loadScale: 1,
      targetName: streaming.name,
      seed,
      shards: 1,
      addresses: shared.stack.direct,
      historyFolder: shared.session.folder,
    });
    await generators.ready;
    generators.begin(Date.now());
    process.kill(generators.pids[0] ?? Number.NaN, 'SIGKILL');
    await expect(generators.done).rejects.toThrow(/generator 0 ended \(SIGKILL\) before its history was written/);
  });
});

test('a worker without a parent ends by itself', async () => {
  const workerFile = new URL('../../harness/load/worker.ts', import.meta.url).pathname;
  const worker = shared.session.spawn(process.execPath, [workerFile], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  await once(worker, 'spawn');
  worker.disconnect();
  const [code] = (await once(worker, 'exit')) as [number];
  expect(code).toBe(0);
});
