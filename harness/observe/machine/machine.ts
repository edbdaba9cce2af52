import { basename } from 'node:path';
import { fiveTimesASecondMs, type Probe, type Reading } from '../probe.ts';
import {
  cpuStatFiles,
  cpuTimes,
  dirtyPages,
  stalledMicros,
  swappedPages,
  throttledMicros,
  uptimeMs,
  writtenKiB,
  type CpuTimes,
} from '../../session/proc-files.ts';
import { ProcessTable } from './process-table.ts';
import { textOf } from '../../session/text-of.ts';
import { Whose, type Drill } from './whose.ts';

const pressures = ['cpu', 'io', 'memory'] as const;
const pageMiB = 4096 / 2 ** 20;
/** A sample later than this was held up. */
const lateMs = 50;
/**
 * Processes are counted in whole ticks, the machine in finer units: at most this much was counted too early and is subtracted
 * later.
 */
const mostAheadMs = 100;
const everySecondMs = 1_000;
const namedFromCores = 0.1;
const mostNamed = 3;

/** A process outside the drill, and the cores it used. */
export interface ForeignProcess {
  readonly pid: number;
  readonly name: string;
  readonly cores: number;
}

/** The values at one moment; null if the system does not offer it. */
interface Moment {
  readonly atMs: number;
  readonly wallMs: number;
  /** Like `atMs`, but including time asleep. */
  readonly upMs: number | null;
  readonly cpu: CpuTimes | null;
  readonly stalledMicros: readonly (number | null)[];
  readonly throttledMicros: readonly (number | null)[];
  readonly swapped: number | null;
  readonly writtenKiB: number | null;
}

/**
 * The machine as evidence: each sample of the `machine` probe covers the time since the previous one. CPU is in cores; foreign
 * use is the total minus the drill's own processes and the kernel's threads. Once a second the `foreign` probe names the foreign
 * processes that used most, subject `name (pid)`.
 */
export class Machine implements Probe, Disposable {
  readonly everyMs = fiveTimesASecondMs;
  /** What this system does not offer, in words. */
  readonly notOffered: readonly string[];
  /** The busiest foreign processes of the last whole second, in order. */
  busiest: readonly ForeignProcess[] = [];
  readonly #text: (file: string) => string;
  readonly #processes: ProcessTable | null;
  readonly #throttles: readonly string[];
  #last: Moment;
  #aheadMs = 0;
  /** Values reported once a second, collected since the last time. */
  #second = {
    sinceMs: 0,
    usedMs: new Map<number, { name: string; ms: number }>(),
    ownWrittenMiB: null as number | null,
  };

  private constructor(whose: Whose, text: (file: string) => string) {
    this.#text = text;
    this.#throttles = throttles(text);
    this.#last = this.#moment();
    const { cpu, stalledMicros: stalled, throttledMicros: throttled, swapped } = this.#last;
    const untold =
      cpu === null ? 'CPU of other processes' : whose.missesContainers() ? 'CPU outside the containers' : null;
    this.#processes = untold === null ? new ProcessTable(whose) : null;
    this.#processes?.look();
    this.#second.sinceMs = this.#last.atMs;
    this.#second.ownWrittenMiB = this.#processes?.ownWrittenMiB() ?? null;
    const seesKernel = text('/proc/2/stat').startsWith('2 (kthreadd)');
    this.notOffered = [
      ...(untold === null ? [] : [untold]),
      ...(untold === null && !seesKernel ? ['CPU of the kernel, apart from other processes'] : []),
      ...(stalled.includes(null) ? ['pressure (PSI)'] : []),
      ...(throttled.length === 0 ? ['cgroup throttling'] : []),
      ...(dirtyPages(text('/proc/meminfo')) === null ? ['dirty pages'] : []),
      ...(swapped === null ? ['swap'] : []),
    ];
  }

  /** Without a drill only this process counts as own. `text`: a system file's content, empty if there is none. */
  static async open(drill?: Drill, text: (file: string) => string = textOf): Promise<Machine> {
    return new Machine(await Whose.of(drill, text), text);
  }

  sample(): Promise<readonly Reading[]> {
    return Promise.resolve(this.look());
  }

  look(): readonly Reading[] {
    const [before, now] = [this.#last, this.#moment()];
    this.#last = now;
    const tookMs = now.atMs - before.atMs;
    if (tookMs <= 0) return [];
    const about = { probe: 'machine', began_at: micros(before.atMs), at: micros(now.atMs) };
    const reading = (subject: string, value: number | null, unit: string): Reading[] =>
      value === null ? [] : [{ ...about, subject, value, unit }];
    const share = (later: number | null, earlier: number | null | undefined): number | null =>
      later === null || earlier === null || earlier === undefined
        ? null
        : Math.min(1, Math.max(0, later - earlier) / 1000 / tookMs);
    const throttled = now.throttledMicros.map((total, index) => share(total, before.throttledMicros[index]) ?? 0);
    const perSecond = (later: number | null, earlier: number | null, mib: number): number | null =>
      later === null || earlier === null ? null : (Math.max(0, later - earlier) * mib) / (tookMs / 1000);
    const dirty = dirtyPages(this.#text('/proc/meminfo'));
    return [
      ...this.#cpu(before, now, reading),
      ...pressures.flatMap((name, index) =>
        reading(`pressure-${name}`, share(now.stalledMicros[index] ?? null, before.stalledMicros[index]), 'share'),
      ),
      ...reading('throttled', throttled.length === 0 ? null : Math.max(...throttled), 'share'),
      ...reading('dirty', dirty?.dirtyMiB ?? null, 'MiB'),
      ...reading('writeback', dirty?.writebackMiB ?? null, 'MiB'),
      ...reading('swap', perSecond(now.swapped, before.swapped, pageMiB), 'MiB/s'),
      ...reading('written', perSecond(now.writtenKiB, before.writtenKiB, 1 / 1024), 'MiB/s'),
      ...clocks(before, now, this.everyMs, reading),
      ...this.#onceASecond(now.atMs),
    ];
  }

  #cpu(before: Moment, now: Moment, reading: (subject: string, value: number, unit: string) => Reading[]): Reading[] {
    if (this.#processes === null || before.cpu === null || now.cpu === null) return [];
    const tookMs = now.atMs - before.atMs;
    const { ownMs, kernelMs: threadsMs, foreign } = this.#processes.look();
    const stealMs = now.cpu.stealMs - before.cpu.stealMs;
    const kernelMs = threadsMs + Math.max(0, now.cpu.interruptMs - before.cpu.interruptMs);
    const busyMs = now.cpu.cpus * tookMs - (now.cpu.idleMs - before.cpu.idleMs) - stealMs;
    const restMs = busyMs - ownMs - kernelMs - this.#aheadMs;
    this.#aheadMs = Math.min(mostAheadMs, Math.max(0, -restMs));
    for (const { pid, name, ms } of foreign) {
      const used = this.#second.usedMs.get(pid)?.ms ?? 0;
      if (ms > 0) this.#second.usedMs.set(pid, { name, ms: used + ms });
    }
    return [
      ...reading('foreign-cpu', Math.max(0, restMs) / tookMs, 'cores'),
      ...reading('own-cpu', ownMs / tookMs, 'cores'),
      ...reading('kernel-cpu', kernelMs / tookMs, 'cores'),
      ...reading('steal', Math.max(0, stealMs) / tookMs, 'cores'),
    ];
  }

  #onceASecond(nowMs: number): Reading[] {
    const { sinceMs, usedMs, ownWrittenMiB: writtenBefore } = this.#second;
    const tookMs = nowMs - sinceMs;
    if (this.#processes === null || tookMs < everySecondMs) return [];
    const ownWrittenMiB = this.#processes.ownWrittenMiB();
    this.#second = { sinceMs: nowMs, usedMs: new Map(), ownWrittenMiB };
    this.busiest = [...usedMs]
      .map(([pid, { name, ms }]) => ({ pid, name, cores: ms / tookMs }))
      .filter(({ cores }) => cores >= namedFromCores)
      .toSorted((one, other) => other.cores - one.cores || one.pid - other.pid)
      .slice(0, mostNamed)
      .map((one) => ({ ...one, name: programOf(one.pid) || one.name }));
    const about = { began_at: micros(sinceMs), at: micros(nowMs) };
    const named = this.busiest.map(({ pid, name, cores }) => ({
      ...about,
      probe: 'foreign',
      subject: `${name} (${pid})`,
      value: cores,
      unit: 'cores',
    }));
    if (ownWrittenMiB === null || writtenBefore === null) return named;
    const value = Math.max(0, ownWrittenMiB - writtenBefore) / (tookMs / 1000);
    return [...named, { ...about, probe: 'machine', subject: 'own-written', value, unit: 'MiB/s' }];
  }

  #moment(): Moment {
    const vmstat = this.#text('/proc/vmstat');
    return {
      atMs: performance.now(),
      wallMs: Date.now(),
      upMs: numberOrNull(uptimeMs(this.#text('/proc/uptime'))),
      cpu: cpuTimes(this.#text('/proc/stat')),
      stalledMicros: pressures.map((name) => stalledMicros(this.#text(`/proc/pressure/${name}`))),
      throttledMicros: this.#throttles.map((file) => throttledMicros(this.#text(file))),
      swapped: swappedPages(vmstat),
      writtenKiB: writtenKiB(vmstat),
    };
  }

  [Symbol.dispose](): void {
    this.#processes?.[Symbol.dispose]();
  }
}

/** How far the wall clock moved against the monotonic one; and how long nothing happened here at all. */
function clocks(
  before: Moment,
  now: Moment,
  everyMs: number,
  reading: (subject: string, value: number, unit: string) => Reading[],
): Reading[] {
  const tookMs = now.atMs - before.atMs;
  const sleptMs = now.upMs === null || before.upMs === null ? 0 : now.upMs - before.upMs - tookMs;
  const stoodMs = Math.max(0, tookMs - everyMs) + (sleptMs > lateMs ? sleptMs : 0);
  const stepMs = now.wallMs - before.wallMs - tookMs - (sleptMs > lateMs ? sleptMs : 0);
  return [...reading('clock-step', stepMs, 'ms'), ...(stoodMs > lateMs ? reading('stood-still', stoodMs, 'ms') : [])];
}

/** The program it was started as, which says more than its first thread's name; empty if it has exited. */
const programOf = (pid: number): string => basename(textOf(`/proc/${pid}/cmdline`).split('\0')[0] ?? '').trim();

const throttles = (text: (file: string) => string): string[] =>
  cpuStatFiles(text('/proc/self/cgroup'), text('/proc/self/mountinfo')).filter(
    (file) => throttledMicros(text(file)) !== null,
  );

const micros = (monotonicMs: number): number => Math.round((performance.timeOrigin + monotonicMs) * 1000);
const numberOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);
