import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { residentMiB as residentNow } from '../session/proc-files.ts';
import type { TargetProcesses } from '../target/processes.ts';
import { fiveTimesASecondMs, type Probe, type Reading } from './probe.ts';

const run = promisify(execFile);

/** Resident memory of each process, MiB: probe `memory`, by instance. */
export const memoryProbe = (processes: TargetProcesses): Probe => ({
  everyMs: fiveTimesASecondMs,
  async sample() {
    const readings = await Promise.all(
      processes.instances.map(async ({ name, pid }): Promise<Reading[]> => {
        const value = pid === undefined ? null : await residentMiB(pid);
        return value === null ? [] : [{ probe: 'memory', subject: name, value, unit: 'MiB' }];
      }),
    );
    return readings.flat();
  },
});

/** Resident memory of a process, MiB; null if it has exited. From /proc, or from `ps` without it. */
export async function residentMiB(pid: number): Promise<number | null> {
  try {
    if (process.platform === 'linux') return residentNow(await readFile(`/proc/${pid}/status`, 'utf8'), 'now');
    const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(pid)]);
    return Number(stdout) / 1024;
  } catch {
    return null;
  }
}
