import type { ProcessTimes } from '../../session/proc-files.ts';

export type Owner = 'own' | 'kernel' | 'foreign';

/** CPU from one look to the next, ms. */
export interface CpuSpent {
  readonly ownMs: number;
  readonly kernelMs: number;
  /** By process, of the others that were read again. */
  readonly foreign: readonly { readonly pid: number; readonly name: string; readonly ms: number }[];
}

export type OwnedTimes = ProcessTimes & { readonly owner: Owner };

interface Account {
  readonly owner: Owner;
  readonly times: ProcessTimes;
  /** What was seen of its children that ended since it was last read, ms: to be taken off its count of ended children. */
  toldMs: number;
  /** The part of earlier such time that its count does not show yet, ms: a parent takes notice soon, or never. */
  readonly owedMs: number;
}

/**
 * Whose the CPU was, from looks at the system's processes. A process that began and ended between two looks shows in its parent's
 * count of ended children. So does, once more, what was already seen of a child that has ended: that is taken off.
 */
export class CpuAccounts {
  readonly #accounts = new Map<number, Account>();
  #looked = false;

  /** Whose a process is, as it was said; undefined where it is not known. */
  ownerOf(pid: number): Owner | undefined {
    return this.#accounts.get(pid)?.owner;
  }

  timesOf(pid: number): ProcessTimes | undefined {
    return this.#accounts.get(pid)?.times;
  }

  /** Those known, parents before the children that they have started. */
  pids(): Iterable<number> {
    return this.#accounts.keys();
  }

  /**
   * `gone`: those known that are there no longer; `read`: processes as they are now. Others are as they were. The first look
   * only begins the accounts.
   */
  look(gone: readonly number[], read: readonly OwnedTimes[]): CpuSpent {
    this.#end(gone);
    const spent = { ownMs: 0, kernelMs: 0, foreign: [] as CpuSpent['foreign'][number][] };
    for (const { owner, ...times } of read) {
      const ms = this.#enter(owner, times);
      if (!this.#looked) continue;
      if (owner === 'own') spent.ownMs += ms;
      else if (owner === 'kernel') spent.kernelMs += ms;
      else spent.foreign.push({ pid: times.pid, name: times.name, ms });
    }
    this.#looked = true;
    return spent;
  }

  /** What it used since it was read last, its ended children's included. */
  #enter(owner: Owner, times: ProcessTimes): number {
    const { times: before, toldMs, owedMs } = this.#accounts.get(times.pid) ?? unknown;
    const reaped = times.reapedMs - before.reapedMs;
    const known = toldMs + owedMs;
    this.#accounts.set(times.pid, {
      owner,
      times,
      toldMs: 0,
      owedMs: Math.max(0, Math.min(known - reaped, toldMs)),
    });
    return Math.max(0, times.usedMs - before.usedMs) + Math.max(0, reaped - known);
  }

  /** Takes them off the books; the nearest living ancestor of each is told what was seen of it. */
  #end(gone: readonly number[]): void {
    const ended = new Set(gone);
    for (const pid of gone) {
      const account = this.#accounts.get(pid);
      if (account === undefined) continue;
      let heir = account.times.parent;
      for (let steps = 0; ended.has(heir) && steps < gone.length; steps++)
        heir = this.#accounts.get(heir)?.times.parent ?? 0;
      const { times, toldMs, owedMs } = account;
      const living = ended.has(heir) ? undefined : this.#accounts.get(heir);
      if (living !== undefined) living.toldMs += times.usedMs + times.reapedMs + toldMs + owedMs;
    }
    for (const pid of gone) this.#accounts.delete(pid);
  }
}

const unknown = { times: { usedMs: 0, reapedMs: 0 }, toldMs: 0, owedMs: 0 };
