import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { unavailable } from '../../errors.ts';
import { living } from '../../session/process-rows.ts';
import { continueTree, freezeTree, signalAll, stopTree } from '../../session/signal-tree.ts';
import type { Session } from '../../session/session.ts';
import { logExcerpt } from '../log-excerpt.ts';
import type { StackPart } from '../stack.ts';
import { eventually, NotYet } from '../../eventually.ts';

const readyWithinMs = 60_000;
const stopWithinMs = 30_000;
const goneWithinMs = 15_000;
const pollMs = 10;
const shownLogBytes = 8 * 1024;
const searchedLogBytes = 512 * 1024;

/** How to run a server as a local process. */
export interface LocalProgram {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Its data folder, and working directory. */
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: { readonly uid: number; readonly gid: number };
  /** The log line that shows that it answers. */
  readonly readyLine: RegExp;
  /** Requests an orderly shutdown that does not wait for clients. */
  readonly stopSignal: NodeJS.Signals;
}

/** A store as a process of this machine, with its output in a file of the session's folder. */
export class LocalServer implements StackPart {
  readonly name: string;
  readonly #session: Session;
  readonly #program: LocalProgram;
  readonly #logFile: string;
  #child: ChildProcess | undefined;
  /** About the current process: when it answered, or why it did not. */
  #started: Promise<void> | undefined;

  constructor(session: Session, program: LocalProgram) {
    this.name = program.name;
    this.#session = session;
    this.#program = program;
    this.#logFile = join(session.folder, `${program.name.replace(':', '-')}.log`);
  }

  start(): Promise<void> {
    return (this.#started ??= this.#start());
  }

  async #start(): Promise<void> {
    const { command, args, folder, env, user } = this.#program;
    const output = openSync(this.#logFile, 'a');
    const logStart = (await stat(this.#logFile)).size;
    let child: ChildProcess;
    try {
      child = this.#session.spawn(command, args, { cwd: folder, env, stdio: ['ignore', output, output], ...user });
    } finally {
      closeSync(output);
    }
    this.#child = child;
    child.once('exit', () => {
      if (this.#child !== child) return;
      this.#child = undefined;
      this.#started = undefined;
    });
    const settled = new AbortController();
    try {
      await Promise.race([this.#ended(child), this.#saysReady(logStart, settled.signal)]);
    } catch (error) {
      await this.kill();
      const log = await this.#lastBytes(searchedLogBytes);
      throw unavailable(
        `${this.name} did not start: ${(error as Error).message}; from its log:\n${logExcerpt(log)}`,
        error,
      );
    } finally {
      settled.abort();
    }
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined) return;
    const ended = once(child, 'exit', { signal: AbortSignal.timeout(stopWithinMs) });
    // An invisible process cannot be thawed, so it is killed.
    await this.thaw().catch(() => undefined);
    child.kill(this.#program.stopSignal);
    await ended.catch(() => this.kill());
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined) return;
    const ended = once(child, 'exit', { signal: AbortSignal.timeout(goneWithinMs) });
    // If its descendants cannot be found, they are left: the session's end looks again.
    const tree = await stopTree(child.pid).catch(() => []);
    signalAll(new Set([child.pid, ...tree]), 'SIGKILL');
    await ended.catch(() => {
      throw new Error(`${this.name} still runs ${goneWithinMs} ms after SIGKILL`);
    });
    const isGone = async () => {
      const left = await living(tree).catch(() => tree);
      return left.length === 0 ? undefined : new NotYet(`${this.name} still runs ${goneWithinMs} ms after SIGKILL`);
    };
    await eventually(isGone, { withinMs: goneWithinMs, everyMs: pollMs });
  }

  async freeze(): Promise<void> {
    if (this.#child?.pid !== undefined) await freezeTree(this.#child.pid);
  }

  async thaw(): Promise<void> {
    if (this.#child?.pid !== undefined) await continueTree(this.#child.pid);
  }

  logs(): Promise<string> {
    return this.#lastBytes(shownLogBytes);
  }

  async #lastBytes(most: number): Promise<string> {
    const file = await open(this.#logFile).catch(() => undefined);
    if (file === undefined) return '';
    try {
      const { size } = await file.stat();
      return await readFrom(file, Math.max(0, size - most));
    } finally {
      await file.close();
    }
  }

  async #ended(child: ChildProcess): Promise<never> {
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    throw new Error(`it ended with ${signal ?? `exit code ${code}`}`);
  }

  /**
   * Resolves once the ready line is in the log after byte `from`. It polls instead of watching: if the user's inotify instances
   * are used up, nothing can be watched.
   */
  async #saysReady(from: number, settled: AbortSignal): Promise<void> {
    const deadline = Date.now() + readyWithinMs;
    const file = await open(this.#logFile);
    try {
      for (let seen = from; !settled.aborted; await delay(pollMs)) {
        const { size } = await file.stat();
        if (size !== seen && this.#program.readyLine.test(await readFrom(file, from))) return;
        seen = size;
        if (Date.now() > deadline) throw new Error(`it did not answer within ${readyWithinMs} ms`);
      }
    } finally {
      await file.close();
    }
  }
}

async function readFrom(file: Awaited<ReturnType<typeof open>>, from: number): Promise<string> {
  const { size } = await file.stat();
  const { buffer, bytesRead } = await file.read(
    Buffer.alloc(Math.max(0, size - from)),
    0,
    Math.max(0, size - from),
    from,
  );
  return buffer.toString('utf8', 0, bytesRead);
}
