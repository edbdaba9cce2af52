import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { ForeignProcess, Machine } from '../observe/machine/machine.ts';
import { fiveTimesASecondMs, type Reading } from '../observe/probe.ts';
import type { PostgresAddress, Stack } from '../stack/stack.ts';

/** Bounds of the wait; beyond them the drill starts anyway, and says so. */
const writtenWithinMs = 10_000;
const checkpointWithinMs = 10_000;
const quietWithinMs = 10_000;
/** Some pipelines never settle. */
const restWithinMs = 5_000;
/** Quiet means quiet for one second. */
const lookback = 1_000 / fiveTimesASecondMs;

/** Thresholds of a busy machine: shares of all cores and of the time (docs/VERDICTS.md), and MiB. */
const busyFrom = { foreignShare: 0.1, ownShare: 0.25, ioPressure: 0.2, throttled: 0.1, writebackMiB: 32, dirtyMiB: 64 };

/** Flushes the stores' first writes, and other pending writes, to disk, within its bound. */
export async function writeBack(
  stack: Pick<Stack, 'direct'>,
  folders: readonly string[],
  machine: Pick<Machine, 'look'>,
  signal: AbortSignal,
  onNote: (line: string) => void,
): Promise<void> {
  await Promise.all(Object.values(stack.direct.postgres).map(checkpoint));
  const waiting = meanOf([machine.look()], 'dirty');
  if (waiting > busyFrom.dirtyMiB) onNote(`Waiting for the disk: ${Math.round(waiting)} MiB left to write`);
  const deadline = performance.now() + writtenWithinMs;
  // What is still dirty belongs to other file systems, where the stores' containers may keep their data.
  await synced(process.platform === 'linux' ? ['-f', ...folders] : [], deadline, signal);
  if (meanOf([machine.look()], 'dirty') > busyFrom.dirtyMiB) await synced([], deadline, signal);
}

/**
 * Runs `sync` and waits for it until the deadline. Without that command nothing is flushed, and the samples show what is dirty.
 */
async function synced(args: readonly string[], deadline: number, signal: AbortSignal): Promise<void> {
  const sync = spawn('sync', args, { stdio: 'ignore' });
  // A sync that hangs on its disk must not keep the harness from exiting.
  sync.unref();
  const over = new AbortController();
  const ended = once(sync, 'exit', { signal: over.signal });
  const late = delay(Math.max(0, deadline - performance.now()), undefined, {
    signal: AbortSignal.any([signal, over.signal]),
  });
  await Promise.race([ended, late].map((one) => one.catch(() => undefined)));
  over.abort();
  signal.throwIfAborted();
}

/** On an external server we may lack the privilege to order a checkpoint. */
async function checkpoint(address: PostgresAddress): Promise<void> {
  const client = new Client({
    ...address,
    connectionTimeoutMillis: checkpointWithinMs,
    query_timeout: checkpointWithinMs,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('checkpoint');
  } catch {
    // Other code checks whether the store answers at all.
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Samples the machine until it has been quiet for a second, then returns null; if the bound passes first, one line that says what
 * was busy. The drill's own processes get some time to settle, but do not count as busy.
 */
export async function waitForQuiet(
  machine: Pick<Machine, 'look' | 'busiest'>,
  cpus: number,
  signal: AbortSignal,
  onNote: (line: string) => void,
): Promise<string | null> {
  const begun = performance.now();
  const looks: (readonly Reading[])[] = [];
  for (let isSaid = false; ;) {
    await delay(fiveTimesASecondMs, undefined, { signal });
    looks.push(machine.look());
    if (looks.length < lookback) continue;
    const last = looks.slice(-lookback);
    const tookMs = performance.now() - begun;
    const busy = busyNow(last, cpus, machine.busiest);
    const isResting = meanOf(last, 'own-cpu') < busyFrom.ownShare * cpus || tookMs >= restWithinMs;
    if ((busy === null && isResting) || tookMs >= quietWithinMs) return busy;
    if (busy !== null && !isSaid) onNote(`Waiting for a quiet machine: ${busy}`);
    isSaid ||= busy !== null;
  }
}

/** Who else keeps a machine with this many cores busy, in one line; null if nobody does. */
export function busyNow(
  looks: readonly (readonly Reading[])[],
  cpus: number,
  busiest: readonly ForeignProcess[],
): string | null {
  const mean = (subject: string) => meanOf(looks, subject);
  const [foreign, steal] = [mean('foreign-cpu'), mean('steal')];
  const cores = (used: number) => `${used.toFixed(1)} of ${cpus} cores`;
  const [first] = busiest;
  const name = first === undefined ? '' : ` (most of it ${first.name}, pid ${first.pid})`;
  const reasons = [
    foreign + steal >= busyFrom.foreignShare * cpus &&
      (foreign >= steal ? `other processes use ${cores(foreign)}${name}` : `the hypervisor takes ${cores(steal)}`),
    mean('throttled') >= busyFrom.throttled &&
      `a quota throttles the harness for ${percent(mean('throttled'))} of the time`,
    mean('pressure-io') >= busyFrom.ioPressure &&
      `tasks wait for the disk for ${percent(mean('pressure-io'))} of the time`,
    mean('writeback') >= busyFrom.writebackMiB && `${Math.round(mean('writeback'))} MiB are being written to disk`,
  ].filter((reason) => reason !== false);
  return reasons.length === 0 ? null : reasons.join('; ');
}

/** The mean of a subject's values; 0 if there are none, so that missing samples delay nobody. */
function meanOf(looks: readonly (readonly Reading[])[], subject: string): number {
  const values = looks
    .flat()
    .flatMap((one) => (one.probe === 'machine' && one.subject === subject ? (one.value ?? []) : []));
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
