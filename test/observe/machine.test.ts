import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeBack } from '../../harness/drill/quiet-machine.ts';
import { fsyncProbe } from '../../harness/observe/machine/fsync.ts';
import { Machine } from '../../harness/observe/machine/machine.ts';
import { processTimes } from '../../harness/session/proc-files.ts';
import { textOf } from '../../harness/session/text-of.ts';
import type { Reading } from '../../harness/observe/probe.ts';
import { startSession } from '../../harness/session/start-session.ts';
import type { Session } from '../../harness/session/session.ts';

let session: Session;
beforeAll(async () => {
  session = await startSession();
});
afterAll(() => session[Symbol.asyncDispose]());

const looks = 15;
const burn = 'while :; do :; done';
/** Starts and ends processes repeatedly, none of which lives from one sample to the next. */
const burnBriefly = `while :; do sh -c 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done'; done`;

/** CPU of a process and its ended children by its own account, ms. */
function usedMs({ pid }: ChildProcess): number {
  const times = processTimes(textOf(`/proc/${pid}/stat`));
  return times === null ? 0 : times.usedMs + times.reapedMs;
}

interface Seen {
  readonly foreignMs: number;
  readonly ownMs: number;
  readonly tookMs: number;
  readonly readings: readonly Reading[];
}

async function watched(machine: Machine): Promise<Seen> {
  machine.look();
  const readings: Reading[] = [];
  const begun = performance.now();
  for (let look = 0; look < looks; look++) {
    await delay(200);
    readings.push(...machine.look());
  }
  const sum = (subject: string) =>
    readings
      .filter((one) => one.probe === 'machine' && one.subject === subject)
      .reduce((ms, { value, began_at = 0, at = 0 }) => ms + ((value ?? 0) * (at - began_at)) / 1000, 0);
  return { foreignMs: sum('foreign-cpu'), ownMs: sum('own-cpu'), tookMs: performance.now() - begun, readings };
}

/**
 * What is sampled of a machine under load, and what the burner used by its own account. Others may be busy too: it is a test
 * machine.
 */
async function burning(start: () => ChildProcess): Promise<Seen & { readonly burnedMs: number; readonly pid: number }> {
  using machine = await Machine.open({ session, storePorts: [] });
  const burner = start();
  const ended = once(burner, 'exit');
  try {
    const before = usedMs(burner);
    const seen = await watched(machine);
    return { ...seen, burnedMs: usedMs(burner) - before, pid: burner.pid ?? 0 };
  } finally {
    // The whole group: its children end with it.
    if (burner.pid !== undefined) process.kill(-burner.pid, 'SIGKILL');
    await ended;
  }
}

const outside = (script: string) => spawn('sh', ['-c', script], { detached: true, stdio: 'ignore' });
const inside = (script: string) => session.spawn('sh', ['-c', script], { stdio: 'ignore' });

describe.runIf(process.platform === 'linux')('the machine', () => {
  it('sees a burner outside the session as foreign, by name', async () => {
    const { burnedMs, foreignMs, ownMs, pid, readings } = await burning(() => outside(burn));
    expect(burnedMs).toBeGreaterThan(200);
    expect(foreignMs).toBeGreaterThan(0.85 * burnedMs - 100);
    // This process samples and sleeps.
    expect(ownMs).toBeLessThan(0.2 * burnedMs + 300);
    const isNamed = readings.some(({ probe, subject }) => probe === 'foreign' && subject === `sh (${pid})`);
    // Unless others use more CPU on this machine during the test.
    expect(isNamed || burnedMs < foreignMs / 2).toBe(true);
  });

  it('sees the same burner, started by the session, as the drill’s own', async () => {
    const { burnedMs, foreignMs, ownMs, tookMs, readings } = await burning(() => inside(burn));
    expect(burnedMs).toBeGreaterThan(200);
    expect(ownMs).toBeGreaterThan(0.9 * burnedMs - 50);
    // Everything else that ran belongs to others: all cores and all the time, minus what it used.
    const cores = textOf('/proc/stat').match(/^cpu\d/gm)?.length ?? 1;
    expect(foreignMs).toBeLessThan(cores * tookMs - 0.9 * burnedMs + 100);
    expect(readings.filter(({ probe, subject }) => probe === 'foreign' && subject?.startsWith('sh ('))).toEqual([]);
  });

  it('finds processes of the session that end before anybody looks, and does not take them for others’', async () => {
    const { burnedMs, ownMs, readings } = await burning(() => inside(burnBriefly));
    expect(burnedMs).toBeGreaterThan(200);
    expect(ownMs).toBeGreaterThan(0.8 * burnedMs - 50);
    expect(readings.filter(({ probe, subject }) => probe === 'foreign' && subject?.startsWith('sh ('))).toEqual([]);
  });

  it('finds the same of others, with who started them', async () => {
    const { burnedMs, foreignMs, ownMs } = await burning(() => outside(burnBriefly));
    expect(foreignMs).toBeGreaterThan(0.8 * burnedMs - 100);
    expect(ownMs).toBeLessThan(0.2 * burnedMs + 300);
  });

  it('says all subjects of each look, about the time since the one before', async () => {
    using machine = await Machine.open();
    const { readings } = await watched(machine);
    const offered = [
      'foreign-cpu',
      'own-cpu',
      'kernel-cpu',
      'steal',
      'dirty',
      'writeback',
      'swap',
      'written',
      'clock-step',
    ];
    for (const subject of offered) {
      const ofIt = readings.filter((one) => one.probe === 'machine' && one.subject === subject);
      expect([subject, ofIt.length]).toEqual([subject, looks]);
      expect(ofIt.slice(1).map(({ began_at }) => began_at)).toEqual(ofIt.slice(0, -1).map(({ at }) => at));
    }
    expect(Math.abs(readings.find(({ subject }) => subject === 'clock-step')?.value ?? 9)).toBeLessThan(5);
    expect(machine.notOffered.every((what) => what.length > 0)).toBe(true);
  });

  it('says that it stood still', async () => {
    using machine = await Machine.open();
    await delay(200);
    machine.look();
    const until = performance.now() + 700;
    while (performance.now() < until);
    const stood = machine.look().find(({ subject }) => subject === 'stood-still')?.value;
    expect(stood).toBeGreaterThan(450);
    expect(stood).toBeLessThan(2_000);
  });

  it('has what others left to be written on the disk before a drill starts', async () => {
    using machine = await Machine.open();
    const dirty = () => machine.look().find(({ subject }) => subject === 'dirty')?.value ?? 0;
    const file = join(session.folder, 'left-by-others');
    await writeFile(file, Buffer.alloc(200 * 2 ** 20, 1));
    const notes: string[] = [];
    expect(dirty()).toBeGreaterThan(100);
    const nowhere = { kafka: { brokers: [] }, postgres: {} };
    const { signal } = new AbortController();
    await writeBack({ direct: nowhere }, [session.folder], machine, signal, (line) => notes.push(line));
    expect(dirty()).toBeLessThan(64);
    expect(notes).toEqual([expect.stringMatching(/^Waiting for the disk: \d+ MiB left to write$/)]);
    await rm(file);
  });

  it('times an fsync', async () => {
    await using probe = await fsyncProbe(session.folder);
    const [first] = await probe.sample();
    expect(first).toMatchObject({ probe: 'machine', subject: 'fsync', unit: 'ms' });
    expect(first?.value).toBeGreaterThan(0);
  });

  it('costs little: less than a hundredth of a core', async () => {
    using machine = await Machine.open({ session, storePorts: [] });
    const [rounds, before] = [100, process.cpuUsage()];
    for (let round = 0; round < rounds; round++) machine.look();
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000 / rounds).toBeLessThan(0.01 * 200);
  });
});
