import { createWriteStream } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { isAbsolute, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { unavailable } from '../../../errors.ts';
import type { GeneratorRecord } from '../../../history/drill-record.ts';
import type { Visits } from '../../../scenario/scenario.ts';
import { ms } from '../../../scenario/time.ts';
import type { Session } from '../../../session/session.ts';
import type { VisitorOperation } from '../../visit.ts';
import type { GeneratorProcess } from '../../generator-process.ts';
import type { ShardProgress } from '../../messages.ts';
import { arrivalOfVisit, type LoadPlan, visitsAmong } from '../../plan.ts';
import { freePorts } from '../../../stack/ports.ts';
import { rampingArrivalRate } from './stages.ts';
import { type Usage, usageOf, VisitTail } from './watch-k6.ts';
import { writeVisits } from './write-visits.ts';

export interface VisitsOptions {
  readonly session: Session;
  /** Path of the k6 program. */
  readonly program: string;
  readonly visits: Visits;
  readonly plan: LoadPlan;
  /** The shop's address: `http://127.0.0.1:4711`. */
  readonly baseUrl: string;
  /** What a journey's relative path begins from, where there is such a file. */
  readonly folder: string;
  /** By k6's name of a metric; what it says of them at its end is for people, the verdict is the judge's. */
  readonly thresholds: Readonly<Record<string, readonly string[]>>;
  readonly historyFolder: string;
  /** The number that its operations carry, after those of the other generators. */
  readonly shard: number;
  readonly onProgress?: (progress: ShardProgress) => void;
}

const readyWithinMs = 60_000;
const answersWithinMs = 2_000;
const pollMs = 250;
/** A visitor who is inside when the load ends may finish. */
const gracefulStop = '30s';
const keptErrors = 8_192;
/** `PausedBeforeRun` of k6's execution states: every visitor is made, and none has begun. */
const pausedBeforeRun = 4;
/** k6 ends so where a threshold was crossed, and where it was told to stop. */
const orderlyEnds = new Set([0, 99, 105]);

const visitorModule = fileURLToPath(new URL('./visitor.ts', import.meta.url));
const ownFolder = fileURLToPath(new URL('../../../..', import.meta.url));

/** Starts k6 with everything made and paused, so that it begins at the moment that it is told. */
export function startVisits(options: VisitsOptions): GeneratorProcess {
  const { session, shard, plan, visits } = options;
  const folder = join(session.folder, `visits-${crypto.randomUUID()}`);
  const logFile = join(folder, 'requests.log');
  const begun = Promise.withResolvers<number>();
  const progress = { sent: 0, acked: 0, failed: 0 };
  let pid = 0;
  let planned = 0;
  let ended = false;
  let stopping = false;
  let usage: Usage = { cpuMicros: 0, peakMemoryMiB: 0 };

  const running = (async () => {
    planned = await writePlan(options, folder);
    const [port = 0] = await freePorts(1);
    const child = session.spawn(options.program, argumentsOf(folder, logFile, port), {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { K6_NO_USAGE_REPORT: 'true' },
    });
    pid = child.pid ?? 0;
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-keptErrors)));
    const exited = once(child, 'exit').then(([code, signal]) => {
      ended = true;
      return { code: code as number | null, signal: signal as string | null };
    });
    const untimely = exited.then(({ code, signal }) => {
      throw unavailable(`k6 ended (${signal ?? `exit ${code}`}) before its visitors were ready:\n${errors}`);
    });
    await Promise.race([untimely, untilPaused(port)]);
    untimely.catch(() => undefined);
    return { port, child, exited, errors: () => errors };
  })();

  const settled = (async () => {
    const { port, child, exited, errors } = await running;
    const startsAtMs = await begun.promise;
    await delay(Math.max(0, startsAtMs - Date.now()));
    if (stopping) child.kill('SIGINT');
    else await resume(port);
    const tail = new VisitTail(logFile);
    while (!ended) {
      await Promise.race([exited, delay(pollMs)]);
      progress.sent = await tail.operations();
      progress.acked = progress.sent;
      options.onProgress?.({ ...progress });
      usage = (await usageOf(pid)) ?? usage;
    }
    const { code, signal } = await exited;
    if (!stopping && !orderlyEnds.has(code ?? -1))
      throw new Error(`k6 ended (${signal ?? `exit ${code}`}) in the middle of the load\n${errors()}`);
    return { startsAtMs, errors: errors() };
  })();

  const done = (async (): Promise<GeneratorRecord> => {
    const { startsAtMs } = await settled;
    const to = { logFile, historyFolder: options.historyFolder, plan, everyNth: visits.everyNth, shard, startsAtMs };
    const { sent, ok: acked, failed, indeterminate } = await writeVisits(to);
    await rm(folder, { recursive: true, force: true });
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
      stopping = true;
      begun.resolve(Date.now());
      void running.then(({ child }) => child.kill('SIGINT'));
    },
    async end() {
      const started = await running.catch(() => undefined);
      if (started === undefined || ended) return;
      started.child.kill('SIGKILL');
      await started.exited;
    },
  };
}

const argumentsOf = (folder: string, logFile: string, port: number): string[] => [
  ...['run', '--paused', '--quiet', '--no-color', '--summary-mode', 'disabled', '--no-usage-report'],
  ...['--address', `127.0.0.1:${port}`, '--console-output', logFile, '--log-format', 'raw'],
  join(folder, 'main.js'),
];

/** Writes the script and what each visitor has come to do; resolves to how many operations that are. */
async function writePlan(options: VisitsOptions, folder: string): Promise<number> {
  const { plan, visits, baseUrl, thresholds } = options;
  const { arrivals } = plan.schedule;
  await mkdir(folder, { recursive: true });
  const planFile = join(folder, 'visits.json');
  const count = visitsAmong(arrivals, visits.everyNth);
  let planned = 0;
  const file = createWriteStream(planFile);
  for (let visit = 0; visit < count; visit++) {
    const operations = operationsOf(plan, arrivalOfVisit(visit, visits.everyNth));
    planned += operations.length;
    const text = `${visit === 0 ? '[' : ','}${JSON.stringify(operations)}\n`;
    if (!file.write(text)) await once(file, 'drain');
  }
  file.end(count === 0 ? '[]' : ']');
  await once(file, 'finish');

  const peak = Math.max(...plan.curve.lines().flatMap(({ from, to }) => [from, to])) / visits.everyNth;
  const inside = Math.ceil((peak * ms(visits.lasts)) / 1_000);
  const scenario = {
    executor: 'ramping-arrival-rate',
    ...rampingArrivalRate(plan.curve, visits.everyNth),
    preAllocatedVUs: 2 * inside + 20,
    maxVUs: 8 * inside + 200,
    gracefulStop,
  };
  const text = [
    `import journey from ${JSON.stringify(journeyPath(visits.journey, options.folder))};`,
    `import { visitor } from ${JSON.stringify(visitorModule)};`,
    `export const options = ${JSON.stringify({ scenarios: { visits: scenario }, thresholds })};`,
    `export default visitor(journey, ${JSON.stringify(planFile)}, ${JSON.stringify(baseUrl)});`,
  ];
  await writeFile(join(folder, 'main.js'), `${text.join('\n')}\n`);
  return planned;
}

function operationsOf({ world, isVisitors }: LoadPlan, arrival: number): VisitorOperation[] {
  const operations: VisitorOperation[] = [];
  world.arrival(arrival, (op, attempt) => {
    if (isVisitors(arrival, op)) operations.push({ ...world.operation(op), attempt });
  });
  return operations;
}

/** A journey of the user's folder, or one that comes with Toofan. */
export function journeyPath(journey: string, folder: string): string {
  if (isAbsolute(journey)) return journey;
  return resolve(
    journey.startsWith('toofan/') ? join(ownFolder, journey.slice('toofan/'.length)) : join(folder, journey),
  );
}

async function untilPaused(port: number): Promise<void> {
  const giveUpAt = performance.now() + readyWithinMs;
  for (;;) {
    const state = await ask(port).catch(() => undefined);
    if (state !== undefined && state.status >= pausedBeforeRun && state.paused) return;
    if (performance.now() > giveUpAt) throw unavailable(`k6 was not ready within ${readyWithinMs / 1_000} s`);
    await delay(50);
  }
}

const resume = (port: number): Promise<unknown> =>
  ask(port, { data: { type: 'status', id: 'default', attributes: { paused: false } } });

interface K6Status {
  readonly status: number;
  readonly paused: boolean;
}

async function ask(port: number, change?: object): Promise<K6Status> {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/status`, {
    signal: AbortSignal.timeout(answersWithinMs),
    ...(change !== undefined && { method: 'PATCH', body: JSON.stringify(change) }),
  });
  if (!answer.ok) throw new Error(`k6 answers ${answer.status}`);
  const { data } = (await answer.json()) as { readonly data: { readonly attributes: K6Status } };
  return data.attributes;
}
