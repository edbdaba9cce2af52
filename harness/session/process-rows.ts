/** The processes that this system runs, from /proc, or from `ps` where there is none. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { sep } from 'node:path';
import { promisify } from 'node:util';
import { type ProcessTimes, processTimes } from './proc-files.ts';

const run = promisify(execFile);

/** The environment variable that marks a session's processes; children inherit it. */
export const sessionVariable = 'TOOFAN_SESSION';

/** By which a session's processes are known: its id in their environment, or output written below its folder. */
export interface SessionMark {
  readonly id: string;
  readonly folder: string;
}

export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly startedAt: number;
  /** Seen by its own environment or open files to be the session's. */
  readonly marked: boolean;
}

/**
 * One file at a time, whatever a machine runs: a thousand looks at once would take all the file descriptors that there are. Throws
 * where a look fails for any reason but that the process has ended: what could not be looked at has not ended.
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

/** Undefined where it has ended, though its parent may not have taken notice. */
function statOf(pid: number | string): ProcessTimes | undefined {
  const stat = looked(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  if (stat === undefined) return undefined;
  const times = processTimes(stat);
  return times === null || times.state === 'Z' || times.state === 'X' ? undefined : times;
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
export const processRows = async (session?: SessionMark): Promise<ProcessRow[]> =>
  process.platform === 'linux' ? readProc(session) : readPs();

/** Those of `pids` that have not ended. Rejects where nobody could look. */
export async function living(pids: readonly number[]): Promise<number[]> {
  if (process.platform === 'linux') return pids.filter((pid) => statOf(pid) !== undefined);
  const alive = new Set((await readPs()).map(({ pid }) => pid));
  return pids.filter((pid) => alive.has(pid));
}
