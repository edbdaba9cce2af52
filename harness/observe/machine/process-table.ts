import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { CpuAccounts, type CpuSpent, type OwnedTimes } from './cpu-accounts.ts';
import { givenToWrite, openFilesLimit, processTimes, type ProcessTimes } from '../../session/proc-files.ts';
import { textOf } from '../../session/text-of.ts';
import type { Whose } from './whose.ts';

/** A process that used nothing when last read is read again after this many samples. */
const idleEvery = 5;
const buffer = Buffer.alloc(4096);
/** Share of this process's file descriptors to use; others need most of them. */
const mostOpen = Math.min(512, Math.floor(openFilesLimit(textOf('/proc/self/limits')) / 4));

/** A process's `stat`, kept open, and its last content. */
interface OpenFile {
  readonly file: number;
  said: Buffer;
  times: ProcessTimes | null;
}

/** The CPU of all visible processes, sample by sample. Idle foreign ones are read less often. */
export class ProcessTable implements Disposable {
  readonly #whose: Whose;
  readonly #accounts = new CpuAccounts();
  /** Kept open for processes that every sample reads: a third of the cost of reopening. */
  readonly #files = new Map<number, OpenFile>();
  #looks = 0;

  constructor(whose: Whose) {
    this.#whose = whose;
  }

  look(): CpuSpent {
    const turn = this.#looks++ % idleEvery;
    const present = new Set(readdirSync('/proc').map(Number).filter(Number.isInteger));
    const unsure = new Set(this.#whose.unsure());
    const gone: number[] = [];
    const read: OwnedTimes[] = [];
    for (const pid of this.#accounts.pids()) {
      if (present.has(pid) && !this.#files.has(pid) && !unsure.has(pid) && pid % idleEvery !== turn) continue;
      const times = present.has(pid) ? this.#read(pid) : null;
      if (times === null || times.startedAt !== this.#accounts.timesOf(pid)?.startedAt) gone.push(pid);
      else
        read.push(unsure.has(pid) ? this.#owned(times) : { ...times, owner: this.#accounts.ownerOf(pid) ?? 'foreign' });
    }
    for (const pid of gone) this.#close(pid);
    const ended = new Set(gone);
    const owners = new Map(read.map(({ pid, owner }) => [pid, owner]));
    for (const pid of present) {
      if (this.#accounts.timesOf(pid) !== undefined && !ended.has(pid)) continue;
      const times = this.#read(pid);
      if (times === null) continue;
      const owned = this.#owned(times, owners);
      owners.set(pid, owned.owner);
      read.push(owned);
    }
    const before = new Map(read.map(({ pid }) => [pid, this.#accounts.timesOf(pid)]));
    const spent = this.#accounts.look(gone, read);
    for (const { pid, parent, owner, usedMs, reapedMs } of read) {
      const was = before.get(pid);
      const isIdle = was !== undefined && was.usedMs === usedMs && was.reapedMs === reapedMs;
      if (owner === 'own' || parent === process.pid || !isIdle) this.#keepOpen(pid);
      else this.#close(pid);
    }
    return spent;
  }

  /** MiB that the drill's own processes submitted for writing since their start; null if this system does not count it. */
  ownWrittenMiB(): number | null {
    if (textOf(`/proc/${process.pid}/io`) === '') return null;
    let bytes = 0;
    for (const pid of this.#accounts.pids())
      if (this.#accounts.ownerOf(pid) === 'own') bytes += givenToWrite(textOf(`/proc/${pid}/io`)) ?? 0;
    return bytes / 2 ** 20;
  }

  #owned(times: ProcessTimes, owners?: ReadonlyMap<number, OwnedTimes['owner']>): OwnedTimes {
    return { ...times, owner: this.#whose.ownerOf(times, (pid) => owners?.get(pid) ?? this.#accounts.ownerOf(pid)) };
  }

  #read(pid: number): ProcessTimes | null {
    const open = this.#files.get(pid);
    try {
      const file = open?.file ?? openSync(`/proc/${pid}/stat`, 'r');
      try {
        const length = readSync(file, buffer, 0, buffer.length, 0);
        // Most are asleep, with an unchanged text.
        if (open?.times != null && buffer.compare(open.said, 0, open.said.length, 0, length) === 0) return open.times;
        const times = processTimes(buffer.toString('latin1', 0, length));
        if (open !== undefined) Object.assign(open, { times, said: Buffer.from(buffer.subarray(0, length)) });
        return times;
      } finally {
        if (open === undefined) closeSync(file);
      }
    } catch (error) {
      // It has exited meanwhile; or it could not be read (out of file descriptors), and is unchanged.
      const { code } = error as NodeJS.ErrnoException;
      return code === 'ENOENT' || code === 'ESRCH' ? null : (this.#accounts.timesOf(pid) ?? null);
    }
  }

  #keepOpen(pid: number): void {
    if (this.#files.has(pid) || this.#files.size >= mostOpen) return;
    try {
      this.#files.set(pid, { file: openSync(`/proc/${pid}/stat`, 'r'), said: Buffer.alloc(0), times: null });
    } catch {
      // It has exited meanwhile, or the file descriptors ran out: opened anew each time.
    }
  }

  #close(pid: number): void {
    const open = this.#files.get(pid);
    this.#files.delete(pid);
    if (open !== undefined) closeSync(open.file);
  }

  [Symbol.dispose](): void {
    for (const pid of this.#files.keys()) this.#close(pid);
  }
}
