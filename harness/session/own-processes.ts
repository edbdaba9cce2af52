import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { sep } from 'node:path';
import { promisify } from 'node:util';

/** The environment variable that marks a session's processes; children inherit it. */
export const sessionVariable = 'TOOFAN_SESSION';

/** A process group that the session started. */
export interface ProcessGroup {
  /** The pid of its first process. */
  readonly leader: number;
  /** When that started, in the unit of this system's process table, so that a pid used again is not taken for it. */
  readonly startedAt: number;
}

interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly startedAt: number;
  /** Seen by its own environment or open files to be the session's. */
  readonly marked: boolean;
}

const run = promisify(execFile);
const psToleranceMs = 2_000;

/** The group of a process that was started just now. */
export function groupOf(pid: number): ProcessGroup {
  if (process.platform !== 'linux') return { leader: pid, startedAt: Date.now() - psToleranceMs };
  try {
    return { leader: pid, startedAt: parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8')).startedAt };
  } catch {
    // It has ended already; whatever it left behind started after it.
    return { leader: pid, startedAt: 0 };
  }
}

/**
 * The living processes of a session: those that carry its mark, write their output into its folder (Redis and Postgres
 * overwrite their environment with their title), belong to a group that it started, or descend from one of these.
 */
export async function ownProcesses(id: string, folder: string, groups: readonly ProcessGroup[]): Promise<number[]> {
  const rows = process.platform === 'linux' ? await readProc(id, folder) : await readPs();
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
  // A generation a round; a round that finds nobody new is the last.
  for (let before = -1; before !== own.size;) {
    before = own.size;
    for (const row of rows) if (own.has(row.parent)) own.add(row.pid);
  }
  own.delete(process.pid);
  return [...own];
}

/** `/proc/<pid>/stat`; the name in parentheses may hold blanks and parentheses. */
function parseStat(stat: string): { state: string; parent: number; group: number; startedAt: number } {
  const [state = '', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state, parent: Number(fields[0]), group: Number(fields[1]), startedAt: Number(fields[18]) };
}

async function readProc(id: string, folder: string): Promise<ProcessRow[]> {
  const mark = `${sessionVariable}=${id}`;
  const read = async (pid: string): Promise<ProcessRow | undefined> => {
    try {
      const { state, ...row } = parseStat(await readFile(`/proc/${pid}/stat`, 'utf8'));
      if (state === 'Z' || state === 'X') return undefined;
      return { pid: Number(pid), ...row, marked: (await hasMark(pid, mark)) || (await writesInto(pid, folder)) };
    } catch {
      return undefined; // It ended while it was looked at.
    }
  };
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return (await Promise.all(pids.map(read))).filter((row) => row !== undefined);
}

async function hasMark(pid: string, mark: string): Promise<boolean> {
  // Unreadable where the process is another user's, and then it is not ours.
  const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
  return environment.split('\0').includes(mark);
}

async function writesInto(pid: string, folder: string): Promise<boolean> {
  const outputs = await Promise.all([1, 2].map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
  return outputs.some((path) => path.startsWith(folder + sep));
}

async function readPs(): Promise<ProcessRow[]> {
  const { stdout } = await run('ps', ['-axo', 'pid=,ppid=,pgid=,stat=,lstart='], {
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
  });
  return stdout.split('\n').flatMap((line) => {
    const [pid, parent, group, state, ...started] = line.trim().split(/\s+/);
    if (pid === undefined || pid === '' || state?.startsWith('Z') === true) return [];
    return [
      {
        pid: Number(pid),
        parent: Number(parent),
        group: Number(group),
        startedAt: Date.parse(started.join(' ')),
        marked: false,
      },
    ];
  });
}

/** Every living process; those that have ended and only wait for their parent's notice do not count. */
const readTable = (): Promise<ProcessRow[]> => (process.platform === 'linux' ? readProc('', '') : readPs());

/** A process and all that descend from it, itself first; empty where it has ended. */
async function processTree(root: number): Promise<number[]> {
  const rows = await readTable();
  if (!rows.some(({ pid }) => pid === root)) return [];
  const tree = new Set([root]);
  for (let before = 0; before !== tree.size;) {
    before = tree.size;
    for (const row of rows) if (tree.has(row.parent)) tree.add(row.pid);
  }
  return [...tree];
}

/** Those of `pids` that have not ended. */
export async function living(pids: readonly number[]): Promise<number[]> {
  const alive = new Set((await readTable()).map(({ pid }) => pid));
  return pids.filter((pid) => alive.has(pid));
}

/**
 * SIGSTOP to a whole tree, the root first: a stopped Postgres postmaster does not stop its backends, but it makes no new
 * ones. Resolves to the pids.
 */
export async function stopTree(root: number): Promise<number[]> {
  let tree: number[] = [];
  for (let before = -1; before !== tree.length;) {
    before = tree.length;
    signalAll([root, ...tree], 'SIGSTOP');
    tree = await processTree(root);
  }
  return tree;
}

/** SIGCONT to a whole tree, the root last. */
export async function continueTree(root: number): Promise<void> {
  signalAll((await processTree(root)).toReversed(), 'SIGCONT');
}

/** One that has ended meanwhile needs no signal. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  }
}
