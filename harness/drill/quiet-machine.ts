import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { ForeignProcess, Machine } from '../observe/machine/machine.ts';
import { fiveTimesASecondMs, type Reading } from '../observe/probe.ts';
import type { PostgresAddress, Stack } from '../stack/stack.ts';

/** The bounds of the wait; beyond them the drill goes on, and says so. */
const writtenWithinMs = 10_000;
const checkpointWithinMs = 10_000;
const quietWithinMs = 10_000;
/** Some pipelines never come to rest. */
const restWithinMs = 5_000;
/** Quiet is what was quiet for a second. */
const lookback = 1_000 / fiveTimesASecondMs;

/** From where on a machine is busy: shares of all cores and of the time (docs/VERDICTS.md), and MiB. */
const busyFrom = { foreignShare: 0.1, ownShare: 0.25, ioPressure: 0.2, throttled: 0.1, writebackMiB: 32, dirtyMiB: 64 };

/** Brings the stores' first writes, and what others left to be written, onto the disks; within its bound. */
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

/** Waits for `sync`, within the deadline. Where there is no such command nothing is written back, and what is dirty shows in the samples. */
async function synced(args: readonly string[], deadline: number, signal: AbortSignal): Promise<void> {
  const sync = spawn('sync', args, { stdio: 'ignore' });
  // A sync that hangs on its disk must not keep the harness from ending.
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

/** On somebody else's server a checkpoint may not be ours to order: then it comes when it comes. */
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
    // Whether the store answers at all is asked elsewhere.
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Looks at the machine until it was quiet for a second: null then, else one line that says why it was not, once the bound has passed.
 * The drill's own processes are waited for a while, and are not held against the machine.
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

/** Who else keeps a machine of so many cores busy, in one line; null where nobody does. */
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

/** The mean of a subject's values; 0 where there are none: what nobody saw keeps nobody waiting. */
function meanOf(looks: readonly (readonly Reading[])[], subject: string): number {
  const values = looks
    .flat()
    .flatMap((one) => (one.probe === 'machine' && one.subject === subject ? (one.value ?? []) : []));
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
