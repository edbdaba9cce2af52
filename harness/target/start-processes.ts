import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { unavailable } from '../errors.ts';
import { continueTree, freezeTree } from '../session/signal-tree.ts';
import type { Session } from '../session/session.ts';
import { freePorts } from '../stack/ports.ts';
import type { Addresses } from '../stack/stack.ts';
import { askProcess } from './ask-process.ts';
import type { ProcessSpec, TargetInstance, TargetProcesses } from './processes.ts';
import type { Target } from './target.ts';

const readyWithinMs = 30_000;
const stopWithinMs = 10_000;
const keptLogCharacters = 16_384;
const restartAfterMs = 500;

export interface StartOptions {
  /** A module that every Node process loads before its own code; it obeys `TargetInstance.agentFile`. */
  readonly agent?: URL;
}

/**
 * Starts every instance of a target's processes and resolves once each is ready. Rejects (69) with the tail of its log if a
 * process exits before that. Disposing sends SIGTERM, then SIGKILL after a bound.
 */
export async function startProcesses(
  session: Session,
  specs: readonly ProcessSpec[],
  options: StartOptions = {},
): Promise<TargetProcesses> {
  const numbered = specs.flatMap((spec) => Array.from({ length: spec.count }, (_, number) => ({ spec, number })));
  // Ports that no outgoing connection uses: each stays free while its process is down between a kill and a start.
  const ports = await freePorts(numbered.length);
  const instances = numbered.map(
    ({ spec, number }, index) => new Instance(session, spec, number, ports[index] ?? 0, options.agent),
  );
  const processes: TargetProcesses = {
    instances,
    named: (name) => instances.filter((instance) => instance.spec.name === name),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(instances.map((instance) => instance.stop()));
    },
  };
  try {
    await Promise.all(instances.map((instance) => instance.start()));
  } catch (error) {
    await processes[Symbol.asyncDispose]();
    throw error;
  }
  return processes;
}

/**
 * Starts the services that a target's pipeline calls over HTTP; each gets the stores' addresses (`direct`), so that it can keep
 * books.
 */
export const startDependencies = (
  session: Session,
  { dependencies = [] }: Pick<Target, 'dependencies'>,
  direct: Addresses,
): Promise<TargetProcesses> =>
  startProcesses(
    session,
    dependencies.map((spec) => ({ ...spec, env: { ...spec.env, TOOFAN_STACK: JSON.stringify(direct) } })),
  );

class Instance implements TargetInstance {
  readonly spec: ProcessSpec;
  readonly name: string;
  readonly port: number;
  readonly agentFile: string | undefined;
  readonly #session: Session;
  readonly #number: number;
  readonly #agent: URL | undefined;
  #child: ChildProcess | undefined;
  /** About the current process: when it was ready, or why it was not. */
  #started: Promise<void> | undefined;
  #log = '';
  #lastEnd: TargetInstance['lastEnd'];
  /** Whether it should be running: an exit is then unexpected. */
  #wanted = false;

  constructor(session: Session, spec: ProcessSpec, number: number, port: number, agent: URL | undefined) {
    this.#session = session;
    this.#number = number;
    this.#agent = agent;
    this.spec = spec;
    this.name = `${spec.name}-${number}`;
    this.port = port;
    this.agentFile = agent === undefined ? undefined : join(session.folder, `${this.name}-agent.json`);
  }

  get lastEnd(): TargetInstance['lastEnd'] {
    return this.#lastEnd;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  logs(): string {
    return this.#log;
  }

  start(): Promise<void> {
    this.#wanted = true;
    return (this.#started ??= this.#start());
  }

  async #start(): Promise<void> {
    const [command, ...args] = this.spec.command;
    const child = this.#session.spawn(command, args, {
      env: { ...this.spec.env, ...this.#agentEnv(), PORT: String(this.port), INSTANCE: String(this.#number) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const keep = (chunk: Buffer) => {
      this.#log = (this.#log + chunk.toString()).slice(-keptLogCharacters);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    const ended = new Promise<never>((_, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        if (this.#child === child) {
          this.#child = undefined;
          this.#started = undefined;
        }
        const how = `it ended with ${signal ?? `exit code ${code}`}`;
        if (this.#wanted) this.#endedByItself(how);
        reject(new Error(how));
      });
    });
    // The exit of a ready process is no error here: probes and faults look at `pid`.
    ended.catch(() => {});
    const patience = new AbortController();
    try {
      await Promise.race([this.#ready(child, patience.signal), ended]);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw unavailable(`${this.name} did not become ready: ${why}. The end of its log:\n${this.#log.trim()}`, error);
    } finally {
      patience.abort();
    }
  }

  async #ready(child: ChildProcess, signal: AbortSignal): Promise<void> {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(readyWithinMs)]);
    const { ready } = this.spec;
    if ('line' in ready) {
      while (!this.#log.includes(ready.line)) {
        if (deadline.aborted) throw new Error(`no line "${ready.line}" within ${readyWithinMs / 1000} s`);
        await once(child.stdout ?? child, 'data', { signal: deadline }).catch(() => {});
      }
      return;
    }
    // A port that does not listen yet sends no event to another process: polling is the only way.
    while (!deadline.aborted) {
      try {
        const answer = await askProcess(this, ready.path, { signal: deadline });
        await answer.arrayBuffer();
        if (answer.status === 200) return;
      } catch {
        // not yet
      }
      await delay(50, undefined, { signal: deadline }).catch(() => {});
    }
    throw new Error(`no answer 200 on ${ready.path} within ${readyWithinMs / 1000} s`);
  }

  #agentEnv(): Readonly<Record<string, string>> {
    if (this.#agent === undefined || this.agentFile === undefined) return {};
    return { NODE_OPTIONS: `--import=${this.#agent.href}`, TOOFAN_AGENT_FILE: this.agentFile };
  }

  /** Restarts it like an orchestrator; retries a failed start until the process is no longer wanted. */
  #endedByItself(how: string): void {
    this.#lastEnd = { atMs: Date.now(), how };
    if (this.spec.restart !== 'always') return;
    setTimeout(() => {
      // A failed start exits by itself, and so comes here again.
      if (this.#wanted) this.start().catch(() => undefined);
    }, restartAfterMs).unref();
  }

  async freeze(): Promise<void> {
    if (this.pid !== undefined) await freezeTree(this.pid);
  }

  async thaw(): Promise<void> {
    if (this.pid !== undefined) await continueTree(this.pid);
  }

  async kill(): Promise<void> {
    this.#wanted = false;
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    this.#wanted = false;
    // An invisible process cannot be thawed, so it is killed.
    await this.thaw().catch(() => undefined);
    if (await this.#end('SIGTERM', stopWithinMs)) return;
    await this.#end('SIGKILL');
  }

  /** True once the process is gone; false if it still exists after the bound. */
  async #end(signal: NodeJS.Signals, withinMs = stopWithinMs): Promise<boolean> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return true;
    const gone = once(child, 'exit', { signal: AbortSignal.timeout(withinMs) });
    child.kill(signal);
    return gone.then(
      () => true,
      () => false,
    );
  }
}
