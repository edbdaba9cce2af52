import { readFileSync } from 'node:fs';
import { processTimes } from './proc-files.ts';
import { type ProcessRow, processRows } from './process-rows.ts';

/** A process group that the session started. */
export interface ProcessGroup {
  /** The pid of its first process. */
  readonly leader: number;
  /** When that started, in the unit of this system's process table, so that a reused pid is not mistaken for it. */
  readonly startedAt: number;
}

const psToleranceMs = 2_000;

/** The group of a process that was just started. */
export function groupOf(pid: number): ProcessGroup {
  if (process.platform !== 'linux') return { leader: pid, startedAt: Date.now() - psToleranceMs };
  try {
    return { leader: pid, startedAt: processTimes(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.startedAt ?? 0 };
  } catch {
    // It has already exited; whatever it left behind started after it.
    return { leader: pid, startedAt: 0 };
  }
}

/**
 * The living processes of a session: those that carry its mark, write their output into its folder (Redis and Postgres overwrite
 * their environment with their title), belong to a group that it started, or descend from one of these.
 */
export async function ownProcesses(id: string, folder: string, groups: readonly ProcessGroup[]): Promise<number[]> {
  const rows = await processRows({ id, folder });
  const byPid = new Map(rows.map((row) => [row.pid, row]));
  const present = groups.filter(({ leader, startedAt }) => {
    const row = byPid.get(leader);
    return row === undefined || process.platform !== 'linux' || startedAt === 0 || row.startedAt === startedAt;
  });
  const startOf = new Map(present.map((group) => [group.leader, group.startedAt]));
  const isOwn = (row: ProcessRow): boolean => {
    const startedAt = startOf.get(row.group);
    return row.marked || (startedAt !== undefined && row.startedAt >= startedAt);
  };
  const own = new Set(rows.filter(isOwn).map((row) => row.pid));
  // One generation per round; a round that finds nobody new is the last.
  for (let before = -1; before !== own.size;) {
    before = own.size;
    for (const row of rows) if (own.has(row.parent)) own.add(row.pid);
  }
  own.delete(process.pid);
  return [...own];
}
