import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { UserError } from '../errors.ts';
import { ExitCode } from '../exit-code.ts';
import type { GeneratorRecord } from '../history/drill-record.ts';
import type { Session } from '../session/session.ts';
import { startVisits, type VisitsOptions } from './drivers/k6/start-visits.ts';
import type { GeneratorProcess } from './generator-process.ts';
import { defaultLimits } from './worker-messages.ts';
import type { FromWorker, ShardProgress, ToWorker, WorkerConfig, WorkerLimits } from './worker-messages.ts';

export interface GeneratorOptions extends Omit<WorkerConfig, 'shard' | 'spoolFile' | 'sink' | 'pace' | 'limits'> {
  readonly session: Session;
  /** Called about every 250 ms for each shard. */
  readonly onProgress?: (shard: number, progress: ShardProgress) => void;
  readonly sink?: WorkerConfig['sink'];
  readonly pace?: WorkerConfig['pace'];
  readonly limits?: Partial<WorkerLimits>;
  /** The visitors of a scenario that has some; they count as one more shard. */
  readonly visits?: Omit<VisitsOptions, 'session' | 'historyFolder' | 'folder' | 'shard' | 'onProgress'> | undefined;
}

/** All load generators of one drill. */
export interface Generators extends AsyncDisposable {
  /** Resolves once every worker is connected and waits for `begin`; rejects with the first failure. */
  readonly ready: Promise<void>;
  /** Resolves once every operation is sent and answered, or given up; rejects if a worker fails before that. */
  readonly settled: Promise<void>;
  /** One record per shard, in order, once every part of the history is written; rejects if a worker fails. */
  readonly done: Promise<readonly GeneratorRecord[]>;
  /** Process ids, by shard. */
  readonly pids: readonly number[];
  /** Starts the load's clock at `startsAtMs` since the epoch. */
  begin(startsAtMs: number): void;
  /** Ends the load early: unsent operations are counted as unsent. */
  stop(): void;
  /** Operations handed over so far, over all shards. */
  sentSoFar(): number;
}

const workerFile = fileURLToPath(new URL('./worker.ts', import.meta.url));
/** How much of a worker's standard error is kept, to show if it exits without a message. */
const stderrKept = 8_192;

export function startGenerators(options: GeneratorOptions): Generators {
  const workers = Array.from({ length: options.shards }, (_, shard) => startWorker(options, shard));
  if (options.visits !== undefined) workers.push(startVisits(visitsOptions(options, options.visits)));
  const ready = Promise.all(workers.map((worker) => worker.ready)).then(() => undefined);
  const settled = Promise.all(workers.map((worker) => worker.settled)).then(() => undefined);
  const done = Promise.all(workers.map((worker) => worker.done));
  // Anyone who awaits them still gets the rejection; a drill that fails before doing so must not end with an unhandled one.
  ready.catch(() => undefined);
  settled.catch(() => undefined);
  done.catch(() => undefined);
  return {
    ready,
    settled,
    done,
    get pids() {
      return workers.map(({ pid }) => pid);
    },
    begin: (startsAtMs) => workers.forEach((worker) => worker.begin(startsAtMs)),
    stop: () => workers.forEach((worker) => worker.stop()),
    sentSoFar: () => workers.reduce((sum, worker) => sum + worker.progress().sent, 0),
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker.end()));
    },
  };
}

function startWorker(options: GeneratorOptions, shard: number): GeneratorProcess {
  const child = options.session.spawn(process.execPath, [workerFile], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()).once('error', () => resolve()));
  const ready = Promise.withResolvers<void>();
  const settled = Promise.withResolvers<void>();
  const done = Promise.withResolvers<GeneratorRecord>();
  let progress: ShardProgress = { sent: 0, acked: 0, failed: 0 };
  const fail = (error: Error): void => {
    ready.reject(error);
    settled.reject(error);
    done.reject(error);
  };
  child.on('message', (message: FromWorker) => {
    if (message.type === 'ready') ready.resolve();
    else if (message.type === 'settled') settled.resolve();
    else if (message.type === 'done') done.resolve(message.record);
    else if (message.type === 'failed') fail(workerError(message, shard));
    else {
      progress = message.progress;
      options.onProgress?.(shard, progress);
    }
  });
  const stderr = lastOf(child);
  child.once('error', (error) => fail(new Error(`generator ${shard} cannot be started`, { cause: error })));
  child.once('exit', (code, signal) =>
    fail(
      new Error(`generator ${shard} ended (${signal ?? `exit ${code}`}) before its history was written\n${stderr()}`),
    ),
  );
  const tell = (message: ToWorker): void => {
    // An exited worker has already reported.
    if (child.connected) child.send(message, () => undefined);
  };
  tell({ type: 'configure', config: configOf(options, shard) });
  return {
    pid: child.pid ?? 0,
    ready: ready.promise,
    settled: settled.promise,
    done: done.promise,
    progress: () => progress,
    begin: (startsAtMs) => tell({ type: 'begin', startsAtMs }),
    stop: () => tell({ type: 'stop' }),
    async end() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await exited;
    },
  };
}

function visitsOptions(
  { session, historyFolder, folder, shards: shard, onProgress }: GeneratorOptions,
  visits: NonNullable<GeneratorOptions['visits']>,
): VisitsOptions {
  return { ...visits, session, historyFolder, folder, shard, onProgress: (progress) => onProgress?.(shard, progress) };
}

function configOf(options: GeneratorOptions, shard: number): WorkerConfig {
  return {
    registryModule: options.registryModule,
    folder: options.folder,
    scenario: options.scenario,
    loadScale: options.loadScale,
    targetName: options.targetName,
    seed: options.seed,
    shard,
    shards: options.shards,
    addresses: options.addresses,
    historyFolder: options.historyFolder,
    spoolFile: join(options.session.folder, `sent-${crypto.randomUUID()}`),
    sink: options.sink ?? 'kafka',
    pace: options.pace ?? 'schedule',
    limits: { ...defaultLimits, ...options.limits },
  };
}

function workerError({ message, exitCode }: Extract<FromWorker, { type: 'failed' }>, shard: number): Error {
  const known = Object.values(ExitCode).find((code) => code === exitCode);
  return known === undefined ? new Error(`generator ${shard}: ${message}`) : new UserError(known, message);
}

function lastOf(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (text = (text + chunk).slice(-stderrKept)));
  return () => text;
}
