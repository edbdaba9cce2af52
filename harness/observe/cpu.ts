import { readFile } from 'node:fs/promises';
import { generatorSubject, harnessSubject } from '../history/schema.ts';
import { processTimes } from '../session/proc-files.ts';
import type { TargetInstance } from '../target/processes.ts';
import { fiveTimesASecondMs, type Probe, type Reading } from './probe.ts';

/** The processes of a drill whose CPU is told apart from the stores'. */
export interface CpuSubjects {
  readonly pipeline: readonly Pick<TargetInstance, 'name' | 'pid'>[];
  readonly dependencies: readonly Pick<TargetInstance, 'name' | 'pid'>[];
  readonly generators: readonly number[];
}

/**
 * CPU that each process has used since its start, with its ended children, ms: probe `cpu`, by instance; of the harness and its
 * generators as well, so that what is left of the drill's own CPU is the stores'. Nothing where the system has no /proc.
 */
export function cpuProbe({ pipeline, dependencies, generators }: CpuSubjects): Probe {
  return {
    everyMs: fiveTimesASecondMs,
    async sample() {
      const named = [
        ...[...pipeline, ...dependencies].map(({ name, pid }) => ({ name, pid })),
        ...generators.map((pid, shard) => ({ name: generatorSubject(shard), pid })),
        { name: harnessSubject, pid: process.pid },
      ];
      const readings = await Promise.all(named.map(({ name, pid }) => readingOf(name, pid)));
      return readings.flat();
    },
  };
}

async function readingOf(name: string, pid: number | undefined): Promise<Reading[]> {
  if (pid === undefined) return [];
  // One that has just ended says nothing.
  const times = processTimes(await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => ''));
  return times === null ? [] : [{ probe: 'cpu', subject: name, value: times.usedMs + times.reapedMs, unit: 'ms' }];
}
