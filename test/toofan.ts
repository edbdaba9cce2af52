import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type RunJson, runShape } from '../harness/report/run-shape.ts';
import { schemaProblems } from '../harness/schema-problems.ts';
import type { Begun } from './stack/remains.ts';
import { eventually, lookUntil, NotYet } from '../harness/eventually.ts';

const cli = resolve(import.meta.dirname, '../harness/cli.ts');

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  readonly finished: Promise<Finished>;
  /** Resolves once the standard output has a line with the text, to the rest of that line. */
  printed(text: string): Promise<string>;
}

/** Starts `toofan` as a user would, in `folder`, with changes to the environment, optionally `as` another user. */
export function startToofan(
  args: readonly string[],
  folder: string,
  env: Record<string, string> = {},
  as: { readonly uid?: number; readonly gid?: number } = {},
): Running {
  const child = spawn(process.execPath, [cli, ...args], {
    ...as,
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const finished = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    stdout,
    stderr,
  }));
  return {
    process: child,
    finished,
    printed: async (text) => {
      for (;;) {
        const at = stdout.indexOf(text);
        const end = stdout.indexOf('\n', at);
        if (at >= 0 && end >= 0) return stdout.slice(at + text.length, end);
        const more = once(child.stdout, 'data').then(() => true);
        const ended = finished.then(({ code }) => {
          throw new Error(`toofan ended with ${code} before it printed "${text}":\n${stdout}\n${stderr}`);
        });
        await Promise.race([more, ended]);
      }
    },
  };
}

export const toofan = (...started: Parameters<typeof startToofan>): Promise<Finished> =>
  startToofan(...started).finished;

export async function readRun(folder: string): Promise<RunJson> {
  const run: unknown = JSON.parse(await readFile(join(folder, 'run.json'), 'utf8'));
  const problems = schemaProblems(runShape, run);
  if (problems.length > 0)
    throw new Error(`run.json is not what docs/schema/run.schema.json says:\n${problems.join('\n')}`);
  return run as RunJson;
}

/** What an aborted run reports about itself. */
export async function readAborted(folder: string): Promise<{
  readonly verdict: string;
  readonly why: string;
  readonly there: readonly { readonly target: string; readonly folder: string; readonly holds: string }[];
}> {
  return JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as Awaited<ReturnType<typeof readAborted>>;
}

/** An empty folder, removed by `await using`. */
export async function emptyFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'toofan-e2e-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

const startsWithinMs = 30_000;

/** Waits until a running `toofan` has started a process whose command line matches; resolves to its pid and the match. */
export async function childOf(running: Running, command: RegExp): Promise<{ pid: number; match: RegExpExecArray }> {
  const harness = running.process.pid;
  const look = async () => {
    const children = await readFile(`/proc/${harness}/task/${harness}/children`, 'utf8');
    for (const pid of children.split(' ').filter(Boolean)) {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      const match = command.exec(line.replaceAll('\0', ' '));
      if (match !== null) return { pid: Number(pid), match };
    }
    return new NotYet(`toofan has started nothing like ${command} within ${startsWithinMs} ms`);
  };
  return eventually(look, { withinMs: startsWithinMs, everyMs: 20 });
}

/** The session of a running `toofan`, from its janitor's record. */
export async function sessionOf(running: Running): Promise<Begun> {
  const { match } = await childOf(running, /janitor\.ts (\S+) (\S+)/);
  return { id: match[1] ?? '', folder: match[2] ?? '' };
}

/** Processes and temporary folders of this test file's sessions that still exist. */
export async function remains(): Promise<string[]> {
  const processes = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map(async (pid) => {
        const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
        // Redis overwrites its environment with its title; its output goes into its session's folder.
        const output = await readlink(`/proc/${pid}/fd/1`).catch(() => '');
        const isOurs = environment.includes('TOOFAN_SESSION=') && environment.includes(`TMPDIR=${tmpdir()}/toofan-`);
        if (!isOurs && !output.startsWith(`${tmpdir()}/toofan-`)) return [];
        const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
        return [`process ${pid}: ${command.replaceAll('\0', ' ').slice(0, 120)}`];
      }),
  );
  const folders = (await readdir(tmpdir())).filter((name) => /^toofan-[0-9a-f]{12}$/.test(name));
  return [...processes.flat(), ...folders];
}

/** Waits until nothing remains that was not there `before`; returns what does after `withinMs`. */
export async function remainsAfter(before: readonly string[], withinMs: number): Promise<string[]> {
  let left: string[] = [];
  const look = async () => {
    left = (await remains()).filter((one) => !before.includes(one));
    return left.length === 0 ? undefined : new NotYet('something remains');
  };
  await lookUntil(look, { withinMs, everyMs: 100 });
  return left;
}
