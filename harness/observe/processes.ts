import { askProcess } from '../target/ask-process.ts';
import type { TargetInstance, TargetProcesses } from '../target/processes.ts';
import { fiveTimesASecondMs, type Probe, type Reading } from './probe.ts';

const answersWithinMs = 500;

/**
 * Whether each process exists and answers on its own port: probe `up`, 1 or 0, by instance. If it shows readiness by a line of
 * output, only its existence is checked.
 */
export const processesProbe = (processes: TargetProcesses): Probe => ({
  everyMs: fiveTimesASecondMs,
  sample: () =>
    Promise.all(
      processes.instances.map(async (instance): Promise<Reading> => {
        const { name, pid, spec } = instance;
        const up = pid !== undefined && ('line' in spec.ready || (await answers(instance, spec.ready.path)));
        return { probe: 'up', subject: name, value: up ? 1 : 0, unit: '' };
      }),
    ),
});

async function answers(instance: TargetInstance, path: string): Promise<boolean> {
  try {
    const answer = await askProcess(instance, path, { signal: AbortSignal.timeout(answersWithinMs) });
    await answer.arrayBuffer();
    return answer.status === 200;
  } catch {
    return false;
  }
}
