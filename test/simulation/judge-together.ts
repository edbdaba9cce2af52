import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OffsetRecord } from '../../harness/history/drill-record.ts';
import { sealHistory } from '../../harness/history/parts.ts';
import { openRecorder } from '../../harness/history/recorder.ts';
import type { Row } from '../../harness/history/schema.ts';
import { judge } from '../../harness/judge/judge.ts';
import type { Judgement } from '../../harness/judge/judgement.ts';
import type { SimulatedPipeline } from './pipelines.ts';
import type { Simulated } from './simulate.ts';

/** Numbers of operations, keys and partitions of one simulation lie so far from those of the next. */
const apartBy = 1_000_000;
const partitionsApart = 100;

/** Judges simulations as one history in which each keeps operations, keys and partitions of its own. */
export async function judgeTogether(pipeline: SimulatedPipeline, all: readonly Simulated[]): Promise<Judgement> {
  const folder = await mkdtemp(join(tmpdir(), 'toofan-simulation-'));
  try {
    {
      await using recorder = await openRecorder(folder, 'simulation');
      for (const [place, simulated] of all.entries()) {
        const { operations, effects, samples, shoppers, world } = simulated;
        await recorder.append(
          'operations',
          operations.map((row) => apart(row, place)),
        );
        await recorder.append(
          'appends',
          appendsOf(simulated, pipeline).map((row) => apart(row, place)),
        );
        await recorder.append(
          'decisions',
          decisionsOf(simulated, pipeline).map((row) => apart(row, place)),
        );
        await recorder.append(
          'effects',
          effects.map((row) => apart(row, place)),
        );
        await recorder.append('samples', samples);
        if (pipeline.target.http !== undefined) {
          await recorder.append(
            'requests',
            shoppers.requests.map((row) => apart(row, place)),
          );
          await recorder.append(
            'answers',
            shoppers.answers.map((row) => apart(row, place)),
          );
        }
        await recorder.append(
          'catalogue',
          world.catalogue.map(({ key, name, category, pricePaise }) =>
            apart({ key, name, category, price_paise: pricePaise }, place),
          ),
        );
      }
      await recorder.append(
        'balances',
        addedUp(all.flatMap(({ balances }, place) => balances.map((row) => apart(row, place)))),
      );
      await recorder.append('events', []);
    }
    await sealHistory(folder, drillOf(pipeline, all));
    return await judge(folder, pipeline.domain);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The seed that an operation or a key of the history belongs to; null where it is nobody's alone. */
export function seedOf(
  all: readonly Simulated[],
  { ops, key }: Judgement['invariants'][number]['examples'][number],
): number | null {
  const number = ops[0] ?? numbered.exec(key ?? '')?.[0];
  return all[Math.floor(Number(number) / apartBy)]?.seed ?? null;
}

const numbered = /\d+$/;

/** A row as it stands in the history at that place: `u7` is `u3000007` in the fourth, what has no number is everybody's. */
function apart<Any extends object>(row: Any, place: number): Any {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]: [string, unknown]) => {
      if ((column === 'op' || column === 'subject_op') && typeof value === 'number')
        return [column, value + place * apartBy];
      if ((column === 'key' || column === 'other_key') && typeof value === 'string')
        return [column, value.replace(numbered, (digits) => String(Number(digits) + place * apartBy))];
      if (column === 'partition' && typeof value === 'number') return [column, value + place * partitionsApart];
      return [column, value];
    }),
  ) as Any;
}

/** Balances of accounts that every simulation has under the same name, added up. */
function addedUp(balances: readonly Row<'balances'>[]): Row<'balances'>[] {
  const same = Map.groupBy(balances, ({ store, moment, key }) => `${store} ${moment} ${key}`);
  return Array.from(same.values(), (rows) => ({
    ...(rows[0] as Row<'balances'>),
    available:
      rows.length === 1 ? (rows[0]?.available ?? null) : rows.reduce((sum, row) => sum + (row.available ?? 0), 0),
  }));
}

const recordsOf = ({ log }: Simulated, { target }: SimulatedPipeline, role: OffsetRecord['role']) =>
  [...log.topics]
    .filter((topic) => target.needs.topics[topic]?.role === role)
    .flatMap((topic) => log.partitions(topic).flat())
    .map((record) => ({ ...record, timestampMs: record.appendedAt / 1_000 }));

const appendsOf = (simulated: Simulated, pipeline: SimulatedPipeline): Row<'appends'>[] =>
  recordsOf(simulated, pipeline, 'input').flatMap((record) => {
    const identity = pipeline.target.identify(record);
    if (identity === null) return [];
    const { topic, partition, offset, appendedAt } = record;
    return [{ ...identity, topic, partition, offset, appended_at: appendedAt }];
  });

const decisionsOf = (simulated: Simulated, pipeline: SimulatedPipeline): Row<'decisions'>[] =>
  recordsOf(simulated, pipeline, 'decisions').flatMap((record) => {
    const decision = pipeline.target.decode(record);
    if (decision === null) return [];
    const { partition, offset, appendedAt } = record;
    return [{ ...decision, decided_at: appendedAt, stamped_by: 'broker', partition, offset }];
  });

function offsetsOf({ log, committed }: Simulated, { target }: SimulatedPipeline, place: number): OffsetRecord[] {
  return [...log.topics].flatMap((topic) =>
    log.partitions(topic).map((records, partition) => ({
      topic,
      role: target.needs.topics[topic]?.role ?? 'internal',
      partition: partition + place * partitionsApart,
      start: 0,
      end: records.length,
      committed: Object.fromEntries(
        target.consumerGroups
          .filter(({ topics }) => topics.includes(topic))
          .map(({ id }) => [id, committed.get(id)?.get(`${topic}/${partition}`) ?? null]),
      ),
    })),
  );
}

function drillOf(pipeline: SimulatedPipeline, all: readonly Simulated[]): Parameters<typeof sealHistory>[1] {
  const { target, domain } = pipeline;
  const operations = all.flatMap((one) => one.operations);
  const sent = operations.map(({ sent_at }) => sent_at ?? 0);
  const [startsAt, endsAt] = [Math.min(...sent), Math.max(...sent) + 1];
  const endedAt = Math.max(...all.map((one) => one.endedAt));
  const invariants = domain.invariants
    .filter(({ needs }) => target.http !== undefined || !needs.includes('answers'))
    .map(({ name }) => name);
  return {
    schema: 1,
    run: 'simulation',
    seed: all[0]?.seed ?? 0,
    scenario: {
      name: 'simulation',
      summary: '',
      domain: domain.name,
      target: target.name,
      timeScale: 1,
      world: {},
      load: [],
      mix: {},
      faults: [],
      objectives: [],
      invariants,
      drainDeadline: '10s',
      sources: [],
    },
    loadScale: 1,
    target: {
      name: target.name,
      readModel:
        target.readModel === undefined
          ? null
          : {
              name: target.readModel.name,
              stalenessMs: target.readModel.stalenessMs,
              refreshMs: target.readModel.refreshMs,
            },
      audits: (target.audits ?? []).map(({ name }) => name),
      memoryLimitMiB: null,
      tellsItsEnd: true,
    },
    stack: { kind: 'local', reason: '', versions: {}, stampedBy: 'broker' },
    phases: [{ name: 'all', warmUp: false, startsAt, endsAt, arrivals: all.length * pipeline.arrivals }],
    loadEndedAt: endsAt,
    drainedAt: endedAt,
    closedAt: endedAt,
    offsets: all.flatMap((simulated, place) => offsetsOf(simulated, pipeline, place)),
    generators: [
      {
        shard: 0,
        planned: operations.length,
        sent: operations.length,
        acked: operations.length,
        failed: 0,
        indeterminate: 0,
        unsent: 0,
        cpuMicros: 0,
        peakMemoryMiB: 0,
      },
    ],
    faults: [],
    timings: { stackUpMs: 0, drillMs: 0 },
    machine: { cpus: 2, memoryMiB: 1, platform: process.platform, node: process.version },
    command: 'npx vitest run --project integration test/simulation',
  };
}
