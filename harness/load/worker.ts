/**
 * A load generator: a separate process, one of `shards`. It gets its instructions over its channel, reports when it is ready,
 * begins at the given moment, and ends once its part of the history is written.
 */
import { rm } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';

import { UserError } from '../errors.ts';
import type { GeneratorRecord } from '../history/drill-record.ts';
import type { Registry } from '../registry.ts';
import type { Target } from '../target/target.ts';
import type { LoadDriver, OnSettled } from './drivers/driver.ts';
import { connectKafka } from './drivers/kafka/connect-kafka.ts';
import { messageOf } from './drivers/kafka/ask-leaders.ts';
import { nullDriver } from './drivers/null-driver.ts';
import type { FromWorker, ToWorker, WorkerConfig } from './worker-messages.ts';
import { planLoad } from './load-plan.ts';
import { Sender } from './sender.ts';
import { Spool } from './spool.ts';
import { wallClock } from './wall-clock.ts';
import { writeOperations } from './write-history.ts';

/** Often enough that the displayed count belongs to the displayed second. */
const progressEveryMs = 100;

/** Resolves once the message has left this process. */
const say = (message: FromWorker): Promise<void> =>
  new Promise((resolve) => {
    if (process.connected && process.send) process.send(message, undefined, undefined, () => resolve());
    else resolve();
  });

/** The two moments of a worker's life that its parent decides. */
const begun = Promise.withResolvers<number>();
const stopped = Promise.withResolvers<void>();

process.on('message', (message: ToWorker) => {
  if (message.type === 'configure') void workAndTell(message.config);
  else if (message.type === 'begin') begun.resolve(message.startsAtMs);
  else stopped.resolve();
});
// Without its parent nobody wants the load.
process.on('disconnect', () => process.exit());

async function workAndTell(config: WorkerConfig): Promise<void> {
  try {
    await say({ type: 'done', record: await work(config) });
  } catch (error) {
    process.exitCode = 1;
    const exitCode = error instanceof UserError ? error.exitCode : null;
    const trace = error instanceof Error && exitCode === null ? error.stack : undefined;
    await say({ type: 'failed', message: trace ?? messageOf(error), exitCode });
  }
  process.disconnect();
}

async function work(config: WorkerConfig): Promise<GeneratorRecord> {
  raisePriority();
  const module: { readonly loadRegistry: (folder: string) => Promise<Registry> } = await import(config.registryModule);
  const registry = await module.loadRegistry(config.folder);
  const domain = named(registry.domains, config.scenario.domain, 'domain');
  const target = named(registry.targets, config.targetName, 'target');
  const plan = planLoad(config.scenario, domain, config.loadScale, config.seed, target);

  await using spool = await Spool.open(config.spoolFile);
  try {
    const sender = new Sender({
      plan,
      encode: (operation, attempt) => target.encode(operation, attempt),
      shard: config.shard,
      shards: config.shards,
      inFlight: config.limits.inFlight,
      waitsForRoom: config.pace === 'flat-out',
      clock: wallClock(),
      record: (sent) => spool.add(sent),
    });
    await using driver = await connect(config, target, sender.settle, registry.config.allowedHosts);
    void say({ type: 'ready' });
    void stopped.promise.then(() => sender.stop());
    const startsAtMs = await Promise.race([begun.promise, stopped.promise.then(() => Date.now())]);

    const cpuBefore = process.cpuUsage();
    const progress = setInterval(() => void say({ type: 'progress', progress: sender.progress }), progressEveryMs);
    try {
      await sender.run(driver, startsAtMs);
      await sender.settleAll(config.limits.ackDeadlineMs);
    } finally {
      clearInterval(progress);
    }
    void say({ type: 'progress', progress: sender.progress });
    void say({ type: 'settled' });
    lowerPriority();
    await writeOperations(spool.read(), plan, { folder: config.historyFolder, shard: config.shard, startsAtMs });
    const cpu = process.cpuUsage(cpuBefore);
    const unsent = sender.countUnsent();
    const { sent, acked, failed, indeterminate } = sender;
    return {
      shard: config.shard,
      planned: sent + unsent,
      sent,
      acked,
      failed,
      indeterminate,
      unsent,
      cpuMicros: cpu.user + cpu.system,
      peakMemoryMiB: Math.round(process.resourceUsage().maxRSS / 1_024),
    };
  } finally {
    await rm(config.spoolFile, { force: true });
  }
}

function connect(
  config: WorkerConfig,
  target: Target,
  onSettled: OnSettled,
  allowedHosts?: readonly string[],
): Promise<LoadDriver> {
  if (config.sink === 'null') return Promise.resolve(nullDriver(onSettled));
  const inputs = Object.entries(target.needs.topics).filter(([, { role }]) => role === 'input');
  return connectKafka(
    config.addresses.kafka,
    inputs.map(([topic]) => topic),
    onSettled,
    allowedHosts,
  );
}

/** A generator that waits for the system under test to free a core measures the machine, not the system. */
function raisePriority(): void {
  try {
    setPriority(constants.priority.PRIORITY_HIGH);
  } catch {
    // Only root may; otherwise the send delay shows it.
  }
}

/** The history can wait; the pipeline, which is still draining, cannot. */
const lowerPriority = (): void => setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

function named<Thing>(things: ReadonlyMap<string, Thing>, name: string, what: string): Thing {
  const thing = things.get(name);
  if (thing === undefined) throw new Error(`the generator's registry has no ${what} ${name}`);
  return thing;
}
