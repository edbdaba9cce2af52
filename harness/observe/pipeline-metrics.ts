import { askProcess } from '../target/ask-process.ts';
import type { TargetInstance, TargetProcesses } from '../target/processes.ts';
import type { MetricNames } from '../target/target.ts';
import { fiveTimesASecondMs, type Probe, type Reading } from './probe.ts';

const answersWithinMs = 500;

/** What the pipeline reports on `/metrics`: probes named by meaning (`poolWaiting` …), by instance. */
export const pipelineMetricsProbe = (processes: TargetProcesses, names: MetricNames): Probe => ({
  everyMs: fiveTimesASecondMs,
  async sample() {
    const readings = await Promise.all(processes.instances.map((instance) => readingsOf(instance, names)));
    return readings.flat();
  },
});

async function readingsOf(instance: TargetInstance, names: MetricNames): Promise<Reading[]> {
  // A process that is down or hangs reports nothing; the probe `up` shows that.
  const text = await metricsText(instance).catch(() => '');
  return (Object.entries(names) as [keyof MetricNames, string][]).flatMap(([meaning, name]) => {
    const value = sumOfSeries(text, name);
    return value === null ? [] : [{ probe: meaning, subject: instance.name, value, unit: '' }];
  });
}

async function metricsText(instance: TargetInstance): Promise<string> {
  if (instance.pid === undefined) return '';
  const answer = await askProcess(instance, '/metrics', { signal: AbortSignal.timeout(answersWithinMs) });
  return answer.text();
}

/** One metric over all processes, added up; null if none reports it. */
export async function pipelineMetric(
  processes: TargetProcesses,
  names: MetricNames | undefined,
  meaning: keyof MetricNames,
): Promise<number | null> {
  const name = names?.[meaning];
  if (name === undefined) return null;
  const texts = await Promise.all(processes.instances.map((instance) => metricsText(instance).catch(() => '')));
  const known = texts.map((text) => sumOfSeries(text, name)).filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

/** The sum of one metric's series in Prometheus's text format; null if there is none. */
export function sumOfSeries(text: string, name: string): number | null {
  let sum: number | null = null;
  for (const line of text.split('\n')) {
    const match = /^(\w+)(?:\{[^}]*\})?\s+(\S+)/.exec(line);
    if (match?.[1] === name) sum = (sum ?? 0) + Number(match[2]);
  }
  return sum;
}
