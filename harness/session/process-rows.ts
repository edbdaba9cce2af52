/** This system's processes, from /proc, or from `ps` without it. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { sep } from 'node:path';
import { promisify } from 'node:util';
import { type ProcessTimes, processTimes } from './proc-files.ts';

const run = promisify(execFile);

/** The environment variable that marks a session's processes; children inherit it. */
export const sessionVariable = 'TOOFAN_SESSION';

/** What identifies a session's processes: its id in their environment, or output written below its folder. */
export interface SessionMark {
  readonly id: string;
  readonly folder: string;
}

export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly startedAt: number;
  /** Shown to be the session's by its own environment or open files. */
  readonly marked: boolean;
}

/**
 * One file at a time: a thousand at once would use up all file descriptors. Throws if reading fails for any reason other than the
 * process's exit: an unreadable process has not exited.
 */
function readProc(session?: SessionMark): ProcessRow[] {
  const rows: ProcessRow[] = [];
  for (const pid of readdirSync('/proc')) {
    const row = /^\d+$/.test(pid) ? statOf(pid) : undefined;
    if (row === undefined) continue;
    const marked = session !== undefined && (hasMark(pid, session.id) || writesInto(pid, session.folder));
    rows.push({ ...row, marked });
  }
  return rows;
}

/** Undefined if it has exited, even if not yet reaped. */
function statOf(pid: number | string): ProcessTimes | undefined {
  const stat = looked(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  if (stat === undefined) return undefined;
  const times = processTimes(stat);
  return times === null || times.state === 'Z' || times.state === 'X' ? undefined : times;
}

/** It exited while being read, or belongs to another user, and then it is not ours. */
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

/** Every living process, without those that have exited and are not yet reaped. */
export const processRows = async (session?: SessionMark): Promise<ProcessRow[]> =>
  process.platform === 'linux' ? readProc(session) : readPs();

/** Those of `pids` that have not exited. Rejects if they cannot be read. */
export async function living(pids: readonly number[]): Promise<number[]> {
  if (process.platform === 'linux') return pids.filter((pid) => statOf(pid) !== undefined);
  const alive = new Set((await readPs()).map(({ pid }) => pid));
  return pids.filter((pid) => alive.has(pid));
}

/** The states of a process's threads (`T`: stopped); empty if it has exited. On Linux every thread; elsewhere `ps` tells one state for all. */
export async function threadStates(pid: number): Promise<string[]> {
  if (process.platform !== 'linux') {
    // `ps` exits with 1 if there is no such process.
    const { stdout } = await run('ps', ['-o', 'stat=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
    return stdout.trim() === '' ? [] : [stdout.trim().charAt(0)];
  }
  const threads = looked(() => readdirSync(`/proc/${pid}/task`)) ?? [];
  const states = threads.map((thread) => statOf(`${pid}/task/${thread}`)?.state);
  return states.filter((state) => state !== undefined);
}
