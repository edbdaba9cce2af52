import type { ProcessTimes } from '../../session/proc-files.ts';

export type Owner = 'own' | 'kernel' | 'foreign';

/** CPU between two samples, ms. */
export interface CpuSpent {
  readonly ownMs: number;
  readonly kernelMs: number;
  /** By process, for the foreign ones that were read again. */
  readonly foreign: readonly { readonly pid: number; readonly name: string; readonly ms: number }[];
}

export type OwnedTimes = ProcessTimes & { readonly owner: Owner };

interface Account {
  readonly owner: Owner;
  readonly times: ProcessTimes;
  /**
   * CPU already counted for its children that exited since it was last read, ms: subtracted from its own count of exited
   * children.
   */
  toldMs: number;
  /** The part of that which its count does not show yet, ms: a parent reaps soon, or never. */
  readonly owedMs: number;
}

/**
 * Whose the CPU was, from samples of the system's processes. A process that started and exited between two samples shows in its
 * parent's count of exited children. That count also includes what was already counted for a child that has exited: this is
 * subtracted.
 */
export class CpuAccounts {
  readonly #accounts = new Map<number, Account>();
  #looked = false;

  /** A process's owner, as determined earlier; undefined if unknown. */
  ownerOf(pid: number): Owner | undefined {
    return this.#accounts.get(pid)?.owner;
  }

  timesOf(pid: number): ProcessTimes | undefined {
    return this.#accounts.get(pid)?.times;
  }

  /** Known processes, parents before children. */
  pids(): Iterable<number> {
    return this.#accounts.keys();
  }

  /**
   * `gone`: known processes that no longer exist; `read`: current processes. Others are unchanged. The first sample only
   * initialises the accounts.
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

  /** What it used since it was last read, including its exited children. */
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

  /** Removes them; their nearest living ancestor takes over what was counted for them. */
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
