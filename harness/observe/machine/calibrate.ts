import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Calibration } from '../../scenario/scenario.ts';

const run = promisify(execFile);
const workFile = new URL('./calibration-work.ts', import.meta.url);
/** Warm-up rounds until the code is compiled. */
const unmeasuredRounds = 2;
const mostRounds = 7;
const leastRounds = 3;
/** A slow machine gets fewer rounds rather than more time. */
const eachWithinMs = 800;
const roundWithinMs = 30_000;
const mostSyncs = 25;
const mostStarts = 3;
const startWithinMs = 10_000;
/** The fastest start, the same on every JVM: this measures the machine. */
const javaArguments = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-version'];

/** How fast this machine is; takes some three seconds. `folder` is where the stores' data will be; `java` is a path. */
export async function calibrate(folder: string, java?: string): Promise<Calibration> {
  const { coreMs, pairMs } = await processors();
  const fsyncMs = await syncs(folder);
  const starts =
    java === undefined ? [] : await timed(mostStarts, () => run(java, javaArguments, { timeout: startWithinMs }));
  return { coreMs, pairMs, fsyncMs, ...(starts.length > 0 && { jvmStartMs: median(starts) }) };
}

async function processors(): Promise<Pick<Calibration, 'coreMs' | 'pairMs'>> {
  const workers = [fork(workFile), fork(workFile)];
  try {
    for (let round = 0; round < unmeasuredRounds; round++) await Promise.all(workers.map(pieceOfWork));
    const [one] = workers;
    const alone = one === undefined ? [] : await rounds(() => pieceOfWork(one));
    const together = await rounds(async () => Math.max(...(await Promise.all(workers.map(pieceOfWork)))));
    return { coreMs: median(alone), pairMs: median(together) };
  } finally {
    for (const worker of workers) worker.kill('SIGKILL');
  }
}

/** The worker's time for it, ms. */
async function pieceOfWork(worker: ChildProcess): Promise<number> {
  worker.send('');
  const [tookMs] = (await once(worker, 'message', { signal: AbortSignal.timeout(roundWithinMs) })) as [number];
  return tookMs;
}

async function rounds(work: () => Promise<number>): Promise<number[]> {
  const took: number[] = [];
  for (const begun = performance.now(); took.length < mostRounds;) {
    if (took.length >= leastRounds && performance.now() - begun > eachWithinMs) break;
    took.push(await work());
  }
  return took;
}

async function syncs(folder: string): Promise<number> {
  const path = join(folder, `calibration-${process.pid}`);
  const file = await open(path, 'w');
  const page = Buffer.alloc(4096, 1);
  try {
    const write = async (): Promise<void> => {
      await file.write(page, 0, page.length, 0);
      await file.sync();
    };
    return median(await timed(mostSyncs, write));
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
}

/** The times of up to `most` calls, ms, at least one; none if one fails. */
async function timed(most: number, call: () => Promise<unknown>): Promise<number[]> {
  const took: number[] = [];
  for (const begun = performance.now(); took.length < most;) {
    if (took.length > 0 && performance.now() - begun > eachWithinMs) break;
    const before = performance.now();
    try {
      await call();
    } catch {
      return [];
    }
    took.push(performance.now() - before);
  }
  return took;
}

/** Rounded to 0.01 ms: enough for a history. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return Math.round((sorted[Math.floor(sorted.length / 2)] ?? 0) * 100) / 100;
}
