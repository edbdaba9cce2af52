import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { unavailable } from '../../../errors.ts';
import type { GeneratorRecord } from '../../../history/drill-record.ts';
import type { Session } from '../../../session/session.ts';
import type { GeneratorProcess } from '../../generator-process.ts';
import type { ShardProgress } from '../../worker-messages.ts';
import { freePorts } from '../../../stack/ports.ts';
import type { Command } from './find-k6.ts';
import { resume, untilPaused } from './k6-status.ts';
import { logIn, scriptIn, type VisitPlanOptions, writeVisitPlan } from './visit-plan.ts';
import { type Usage, usageOf, VisitTail } from './watch-k6.ts';
import { writeVisits } from './write-visits.ts';

export interface VisitsOptions extends VisitPlanOptions {
  readonly session: Session;
  readonly k6: Command;
  readonly historyFolder: string;
  /** The shard number of its operations, after those of the other generators. */
  readonly shard: number;
  readonly onProgress?: (progress: ShardProgress) => void;
  readonly onNote?: (line: string) => void;
}

const pollMs = 250;
const keptErrors = 8_192;
/**
 * Scanning thousands of visitors, Go's collector takes every core for most of a second, and nobody is served: once or twice per
 * drill instead of every ten seconds (at 3,000 requests/s), as long as an eighth of the memory suffices.
 */
const goSettings = { GOGC: '800', GOMEMLIMIT: String(Math.floor(totalmem() / 8)) };
/** k6's exit codes for a crossed threshold and for being stopped. */
const orderlyEnds = new Set([0, 99, 105]);

type StartedK6 = Awaited<ReturnType<typeof startK6>>;

/** Starts k6 paused with its visitors initialised; rejects (69) if it exits before that. */
async function startK6({ session, k6 }: VisitsOptions, folder: string) {
  const [port = 0] = await freePorts(1);
  const child = session.spawn(k6.program, [...k6.args, ...argumentsOf(folder, port)], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: goSettings,
  });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-keptErrors)));
  const exited = once(child, 'exit').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as string | null,
  }));
  const untimely = exited.then(({ code, signal }) => {
    throw unavailable(`k6 ended (${signal ?? `exit ${code}`}) before its visitors were ready:\n${errors}`);
  });
  await Promise.race([untimely, untilPaused(port)]);
  untimely.catch(() => undefined);
  return { port, child, exited, errors: () => errors };
}

/** Follows what the visitors did until k6 exits; rejects if it exits during the load without being stopped. */
async function untilEnded(
  { exited, errors }: Pick<StartedK6, 'exited' | 'errors'>,
  folder: string,
  stopping: AbortSignal,
  onLook: (operations: number) => Promise<void>,
): Promise<void> {
  const tail = new VisitTail(logIn(folder));
  let end: Awaited<typeof exited> | undefined;
  do {
    end = await Promise.race([exited, delay(pollMs, undefined)]);
    await onLook(await tail.operations());
  } while (end === undefined);
  const { code, signal } = end;
  if (!stopping.aborted && !orderlyEnds.has(code ?? -1))
    throw new Error(`k6 ended (${signal ?? `exit ${code}`}) during the load\n${errors()}`);
}

/** Starts k6 paused with everything initialised, so that it begins at the given moment. */
export function startVisits(options: VisitsOptions): GeneratorProcess {
  const { shard, plan, visits } = options;
  const folder = join(options.session.folder, `visits-${crypto.randomUUID()}`);
  const begun = Promise.withResolvers<number>();
  const progress = { sent: 0, acked: 0, failed: 0 };
  let pid = 0;
  let planned = 0;
  const stopping = new AbortController();
  let usage: Usage = { cpuMicros: 0, peakMemoryMiB: 0 };

  const running = (async () => {
    planned = await writeVisitPlan(options, folder);
    const started = await startK6(options, folder);
    pid = started.child.pid ?? 0;
    return started;
  })();

  const settled = (async () => {
    const { port, child, exited, errors } = await running;
    const startsAtMs = await begun.promise;
    await delay(Math.max(0, startsAtMs - Date.now()));
    if (stopping.signal.aborted) child.kill('SIGINT');
    else await resume(port);
    await untilEnded({ exited, errors }, folder, stopping.signal, async (sent) => {
      Object.assign(progress, { sent, acked: sent });
      options.onProgress?.({ ...progress });
      // A container's own processes are invisible from here.
      if (options.k6.args.length === 0) usage = (await usageOf(pid)) ?? usage;
    });
    return { startsAtMs, errors: errors() };
  })();

  const done = (async (): Promise<GeneratorRecord> => {
    const { startsAtMs, errors } = await settled;
    const { historyFolder } = options;
    const to = { logFile: logIn(folder), historyFolder, plan, everyNth: visits.everyNth, shard, startsAtMs };
    const { sent, ok: acked, failed, indeterminate } = await writeVisits(to);
    await rm(folder, { recursive: true, force: true });
    if (sent < planned && errors !== '') options.onNote?.(`k6 said: ${errors.trim().split('\n').at(-1)}`);
    return { shard, planned, sent, acked, failed, indeterminate, unsent: Math.max(0, planned - sent), ...usage };
  })();
  for (const stage of [running, settled, done]) stage.catch(() => undefined);

  return {
    get pid() {
      return pid;
    },
    ready: running.then(() => undefined),
    settled: settled.then(() => undefined),
    done,
    progress: () => progress,
    begin: (startsAtMs) => begun.resolve(startsAtMs),
    stop() {
      stopping.abort();
      begun.resolve(Date.now());
      // If it never ran, `ready` has reported that.
      running.then(({ child }) => child.kill('SIGINT')).catch(() => undefined);
    },
    async end() {
      const started = await running.catch(() => undefined);
      // Harmless once it has exited.
      started?.child.kill('SIGKILL');
      await started?.exited;
    },
  };
}

const argumentsOf = (folder: string, port: number): string[] =>
  [
    'run --paused --quiet --no-color --summary-mode disabled --no-usage-report --log-format raw'.split(' '),
    ['--address', `127.0.0.1:${port}`, '--console-output', logIn(folder), scriptIn(folder)],
  ].flat();
