/** Linux's files below /proc and /sys/fs/cgroup as numbers; null if the text does not have the value. */

/** The unit in which the kernel shows CPU times, whatever it uses internally. */
const tickMs = 10;

export interface CpuTimes {
  readonly cpus: number;
  /** Over all cores since boot, ms: idle, or only waiting for a disk. */
  readonly idleMs: number;
  /** Taken by other guests of the same host. */
  readonly stealMs: number;
  /** In interrupts, for any process. */
  readonly interruptMs: number;
}

/** `/proc/stat`; null if it counts nothing, as in some sandboxes. */
export function cpuTimes(text: string): CpuTimes | null {
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = (
    /^cpu +(.*)$/m.exec(text)?.[1] ?? ''
  )
    .split(' ')
    .map(Number);
  if (!(user + nice + system + idle + iowait > 0)) return null;
  return {
    cpus: text.match(/^cpu\d/gm)?.length ?? 1,
    idleMs: (idle + iowait) * tickMs,
    stealMs: steal * tickMs,
    interruptMs: (irq + softirq) * tickMs,
  };
}

export interface ProcessTimes {
  readonly pid: number;
  readonly name: string;
  /** `R` running, `S` sleeping, `T` stopped, `Z` exited and waiting to be reaped. */
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** In ticks since boot, as in `ProcessGroup`. */
  readonly startedAt: number;
  /** CPU of its threads, including exited ones, ms. */
  readonly usedMs: number;
  /** CPU of its children that it has reaped, and of theirs, ms. */
  readonly reapedMs: number;
}

/** `/proc/<pid>/stat`; the name in parentheses may contain blanks and parentheses. */
export function processTimes(text: string): ProcessTimes | null {
  const [open, close] = [text.indexOf('('), text.lastIndexOf(')')];
  if (open < 0 || close < open) return null;
  const fields = text.slice(close + 2).split(' ');
  const number = (field: number) => Number(fields[field - 3]);
  return {
    pid: Number.parseInt(text, 10),
    name: text.slice(open + 1, close),
    state: fields[0] ?? '',
    parent: number(4),
    group: number(5),
    session: number(6),
    startedAt: number(22),
    usedMs: (number(14) + number(15)) * tickMs,
    reapedMs: (number(16) + number(17)) * tickMs,
  };
}

/** `/proc/pressure/*`: how long some task has stalled, µs. */
export const stalledMicros = (text: string): number | null => numberAfter(text, /^some .*\btotal=(\d+)/m);

/** A cgroup's `cpu.stat`: how long it was throttled, µs; v2 reports µs, v1 ns. */
export function throttledMicros(text: string): number | null {
  const nanos = numberAfter(text, /^throttled_time (\d+)$/m);
  return numberAfter(text, /^throttled_usec (\d+)$/m) ?? (nanos === null ? null : nanos / 1000);
}

/** `/proc/meminfo`: dirty pages, and pages being written back, MiB. */
export function dirtyPages(text: string): { readonly dirtyMiB: number; readonly writebackMiB: number } | null {
  const dirty = numberAfter(text, /^Dirty: +(\d+) kB$/m);
  const writeback = numberAfter(text, /^Writeback: +(\d+) kB$/m);
  return dirty === null || writeback === null ? null : { dirtyMiB: dirty / 1024, writebackMiB: writeback / 1024 };
}

/** `/proc/vmstat`: pages swapped in and out. */
export function swappedPages(text: string): number | null {
  const [into, out] = [numberAfter(text, /^pswpin (\d+)$/m), numberAfter(text, /^pswpout (\d+)$/m)];
  return into === null || out === null ? null : into + out;
}

/** `/proc/vmstat`: what was written to disks, KiB. */
export const writtenKiB = (text: string): number | null => numberAfter(text, /^pgpgout (\d+)$/m);

/** `/proc/<pid>/status`: resident memory, MiB, current or peak; null if the process has exited. */
export function residentMiB(text: string, which: 'now' | 'highest'): number | null {
  const kib = numberAfter(text, which === 'now' ? /^VmRSS:\s+(\d+) kB$/m : /^VmHWM:\s+(\d+) kB$/m);
  return kib === null ? null : kib / 1024;
}

/** `/proc/<pid>/io`: bytes that a process and its exited children submitted for writing. */
export const givenToWrite = (text: string): number | null => numberAfter(text, /^write_bytes: (\d+)$/m);

/** `/proc/<pid>/limits`: maximum number of open files; infinite if unknown. */
export const openFilesLimit = (text: string): number => numberAfter(text, /^Max open files +(\d+) /m) ?? Infinity;

/** `/proc/uptime`: ms since boot, including time asleep. */
export const uptimeMs = (text: string): number => Number.parseFloat(text) * 1000;

/**
 * Every `cpu.stat` that may show throttling of this process: of its cgroup and those above it, from `/proc/self/cgroup` and
 * `/proc/self/mountinfo`. Some do not exist: the root of v2 has no limit, and a container sees its own as the root.
 */
export function cpuStatFiles(cgroups: string, mounts: string): string[] {
  return mounts.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , root = '', mountPoint = ''] = before.split(' ');
    const [type, , options = ''] = after.split(' ');
    const isCpu = type === 'cgroup' && options.split(',').includes('cpu');
    if (type !== 'cgroup2' && !isCpu) return [];
    const path = cgroups
      .split('\n')
      .map((row) => /^\d+:([^:]*):(.*)$/.exec(row) ?? [])
      .find(([, names = '']) => (isCpu ? names.split(',').includes('cpu') : names === ''))?.[2];
    if (path === undefined) return [];
    const below = root !== '/' && path.startsWith(root) ? path.slice(root.length) : path;
    const steps = below.split('/').filter((step) => step !== '' && step !== '../observe');
    return [...steps.keys(), steps.length].map((depth) => [mountPoint, ...steps.slice(0, depth), 'cpu.stat'].join('/'));
  });
}

/** A process's containers, from `/proc/<pid>/cgroup`, by their full ids. */
export const containersOf = (cgroups: string): string[] => cgroups.match(/\b[0-9a-f]{64}\b/g) ?? [];

function numberAfter(text: string, pattern: RegExp): number | null {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? null : Number(found);
}
