/**
 * The generator compared with its alternatives: `node bench/peers.ts [turns]` (default 3). The same order records (180–200 B),
 * acks=all, one process each, alternating on one broker: paced at 15,000/s for 20 s, and as fast as each goes. franz-go is built
 * with the user's Go; without Go its rows say so. Ours keeps a history of every operation; no other does.
 */
import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { delimiter, join } from 'node:path';

import { planLoad } from '../harness/load/load-plan.ts';
import { steady } from '../harness/scenario/scenario.ts';
import type { Session } from '../harness/session/session.ts';
import { startSession } from '../harness/session/start-session.ts';
import { installKafka } from '../harness/stack/local/kafka-installation.ts';
import type { Stack } from '../harness/stack/stack.ts';
import { startStack } from '../harness/stack/start-stack.ts';
import { onPath } from '../harness/stack/tools/on-path.ts';
import { cpuMicrosOf, domain, median, measureOwn, needs, row, scenarioWith, seed, target, whole } from './own-load.ts';

const turns = Number(process.argv[2] ?? 3);
const perSecond = 15_000;
const seconds = 20;
const flatOutCount = 1_000_000;
const topic = 'order-events';
const paced = scenarioWith([steady({ perSecond, for: `${seconds}s` })]);
const flatOut = scenarioWith([steady({ perSecond: 100_000, for: `${flatOutCount / 100_000}s` })]);

interface Figures {
  readonly cpuMicros: number;
  readonly lateP99Ms: number;
  readonly ackP99Ms: number;
  readonly perSecond: number;
}
type Measure = (stack: Stack) => Promise<Figures> | Figures;

/** The orders that our generator would send, one per line: key and value; and values alone, for Kafka's own tool. */
async function writeRecords(session: Session): Promise<{ readonly keyed: string; readonly values: string }> {
  const { schedule, world } = planLoad(flatOut, domain, 1, seed);
  const records = Array.from({ length: Math.min(150_000, schedule.arrivals) }, (_, arrival) =>
    target.encode(world.operation(arrival * domain.slotsPerArrival), 1),
  ).filter((record) => record.topic === topic);
  const [keyed, values] = [join(session.folder, 'keyed.tsv'), join(session.folder, 'values.txt')];
  await writeFile(keyed, `${records.map(({ key, value }) => `${key}\t${value}`).join('\n')}\n`);
  await writeFile(values, `${records.map(({ value }) => value).join('\n')}\n`);
  return { keyed, values };
}

/** A program's last output; throws with all of its output if it fails. */
function outputOf(command: string, args: readonly string[], cwd?: string): string {
  const { stdout, stderr, status } = spawnSync(command, args, { encoding: 'utf8', timeout: 300_000, cwd });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} gave no figure:\n${stdout}\n${stderr}`);
  return stdout.trim();
}
const figuresOf = (command: string, args: readonly string[]): Figures => JSON.parse(outputOf(command, args)) as Figures;

/** Builds bench/franz-go; undefined without Go. */
async function buildFranz(session: Session): Promise<string | undefined> {
  const go = await onPath('go');
  if (go === undefined) return undefined;
  const binary = join(session.folder, 'franz-go-bench');
  outputOf(go, ['build', '-buildvcs=false', '-o', binary, '.'], join(import.meta.dirname, 'franz-go'));
  return binary;
}

const brokersOf = (stack: Stack): string => stack.direct.kafka.brokers.join(',');

/** Records/s of Kafka's own producer benchmark, with our orders' values. */
async function perfTest(session: Session, values: string, properties: readonly string[]): Promise<Measure> {
  const { java, jars } = await installKafka(session, () => undefined);
  return (stack) => {
    const producer = [`bootstrap.servers=${brokersOf(stack)}`, 'acks=all', ...properties];
    const printed = outputOf(java.path, [
      '-cp', jars.join(delimiter), 'org.apache.kafka.tools.ProducerPerformance', '--topic', topic,
      '--num-records', String(flatOutCount), '--payload-file', values, '--throughput', '-1', '--producer-props', ...producer,
    ]); // prettier-ignore
    const figure = /records sent, ([\d.]+) records\/sec .* 99\.9th/.exec(
      printed.split('\n').findLast((line) => line.includes('99.9th')) ?? '',
    )?.[1];
    if (figure === undefined) throw new Error(`kafka-producer-perf-test gave no figure:\n${printed}`);
    return { cpuMicros: Number.NaN, lateP99Ms: Number.NaN, ackP99Ms: Number.NaN, perSecond: Number(figure) };
  };
}

/** Every one of `those` in alternation, each on a fresh broker. */
async function inTurns(stack: Stack, those: ReadonlyMap<string, Measure>): Promise<ReadonlyMap<string, Figures[]>> {
  const figures = new Map([...those.keys()].map((name): [string, Figures[]] => [name, []]));
  for (let turn = 0; turn < turns; turn++)
    for (const [name, measure] of those) {
      await stack.reset(needs);
      figures.get(name)?.push(await measure(stack));
    }
  return figures;
}

await using session = await startSession();
await mkdir(session.folder, { recursive: true });
const { keyed, values } = await writeRecords(session);
const franz = await buildFranz(session);
await using stack = await startStack('local', needs, { session, config: {}, progress: () => undefined });

const own =
  (scenario: typeof paced, options: Parameters<typeof measureOwn>[3] = {}): Measure =>
  async (on) => {
    const measured = await measureOwn(session, on, scenario, options);
    return { ...measured, cpuMicros: cpuMicrosOf(measured) };
  };
const client =
  (name: string): Measure =>
  (on) =>
    figuresOf(process.execPath, [
      join(import.meta.dirname, 'peer-client.ts'), name, brokersOf(on), keyed, String(perSecond), String(perSecond * seconds), topic,
    ]); // prettier-ignore
const franzAt = (binary: string, rate: number, count: number): Measure => {
  const args = ['-topic', topic, '-records', keyed, '-rate', String(rate), '-count', String(count)];
  return (on) => figuresOf(binary, ['-brokers', brokersOf(on), ...args]);
};

const pacedPeers = new Map<string, Measure>([
  ...(franz === undefined ? [] : [['franz-go 1.22', franzAt(franz, perSecond, perSecond * seconds)] as const]),
  ['kafkajs', client('kafkajs')],
  ['@platformatic/kafka', client('@platformatic/kafka')],
  ['our batches alone', client('our batches')],
  ['our generator, with history', own(paced)],
  ['our generator, into nothing', own(paced, { sink: 'null' })],
]);
const flatOutPeers = new Map<string, Measure>([
  ...(franz === undefined ? [] : [['franz-go 1.22', franzAt(franz, 0, flatOutCount)] as const]),
  ['kafka-producer-perf-test, defaults', await perfTest(session, values, [])],
  ['kafka-producer-perf-test, batches of 512 KiB', await perfTest(session, values, ['batch.size=524288'])],
  ['our generator, with history', own(flatOut, { pace: 'flat-out' })],
]);

process.stdout.write(`${cpus().length} cores, Node ${process.version}, ${turns} turns, each value of them\n\n`);
row(`${whole(perSecond)}/s for ${seconds} s`, 'CPU a record, µs', 'late p99, ms', 'acknowledged p99, ms');
row('---', '---', '---', '---');
for (const [name, measured] of await inTurns(stack, pacedPeers)) {
  const list = (member: keyof Figures) => measured.map((figures) => figures[member].toFixed(1)).join(', ');
  row(name, list('cpuMicros'), list('lateP99Ms'), list('ackP99Ms'));
}
if (franz === undefined) row('franz-go', 'not measured: no `go` on PATH', '', '');
process.stdout.write('\n');
row('as fast as it goes', 'records/s', 'median');
row('---', '---', '---');
for (const [name, measured] of await inTurns(stack, flatOutPeers)) {
  const rates = measured.map((figures) => figures.perSecond);
  row(name, rates.map(whole).join('; '), whole(median(rates)));
}
