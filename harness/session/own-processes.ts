import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
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
  const rows = process.platform === 'linux' ? readProc({ id, folder }) : await readPs();
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

/**
 * One file at a time, whatever a machine runs: a thousand looks at once would take all the file descriptors that there are. Throws
 * where a look fails for any reason but that the process has ended: what could not be looked at has not ended.
 */
function readProc(session?: { readonly id: string; readonly folder: string }): ProcessRow[] {
  const rows: ProcessRow[] = [];
  for (const pid of readdirSync('/proc')) {
    const row = /^\d+$/.test(pid) ? statOf(pid) : undefined;
    if (row === undefined) continue;
    const marked = session !== undefined && (hasMark(pid, session.id) || writesInto(pid, session.folder));
    rows.push({ pid: Number(pid), ...row, marked });
  }
  return rows;
}

/** Undefined where it has ended, though its parent may not have taken notice. */
function statOf(pid: number | string): Omit<ProcessRow, 'pid' | 'marked'> | undefined {
  const stat = looked(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  if (stat === undefined) return undefined;
  const { state, ...row } = parseStat(stat);
  return state === 'Z' || state === 'X' ? undefined : row;
}

/** It has ended while it was looked at, or is another user's, and then it is none of ours. */
const notToBeSeen = new Set(['ENOENT', 'ESRCH', 'EACCES', 'EPERM']);

function looked<Seen>(look: () => Seen): Seen | undefined {
  try {
    return look();
  } catch (error) {
    if (notToBeSeen.has((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

function hasMark(pid: string, id: string): boolean {
  const environment = looked(() => readFileSync(`/proc/${pid}/environ`, 'latin1')) ?? '';
  return environment.split('\0').includes(`${sessionVariable}=${id}`);
}

const writesInto = (pid: string, folder: string): boolean =>
  [1, 2].some((fd) => looked(() => readlinkSync(`/proc/${pid}/fd/${fd}`))?.startsWith(folder + sep) === true);

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
const readTable = async (): Promise<ProcessRow[]> => (process.platform === 'linux' ? readProc() : readPs());

/** A process and all that descend from it, itself first; empty where it has ended. Rejects where nobody could look. */
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

/** Those of `pids` that have not ended. Rejects where nobody could look. */
export async function living(pids: readonly number[]): Promise<number[]> {
  if (process.platform === 'linux') return pids.filter((pid) => statOf(pid) !== undefined);
  const alive = new Set((await readPs()).map(({ pid }) => pid));
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

/** SIGCONT to a whole tree, the root last, and to the root whatever else can be seen. */
export async function continueTree(root: number): Promise<void> {
  let tree: readonly number[] = [root];
  try {
    tree = await processTree(root);
  } finally {
    signalAll(tree.toReversed(), 'SIGCONT');
  }
}

/** One that has ended meanwhile needs no signal. */
export function signalAll(pids: Iterable<number>, signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  }
}
