import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Row } from '../history/schema.ts';
import type { Probe } from './probe.ts';

const writeEveryMs = 1_000;
const nowMicros = () => Math.round((performance.timeOrigin + performance.now()) * 1000);

/** Samples every probe at its interval until `signal` is aborted. A failing probe leaves a gap and never ends the drill. */
export async function watch(
  probes: readonly Probe[],
  onSamples: (samples: readonly Row<'samples'>[]) => Promise<void>,
  signal: AbortSignal,
  patienceMs = usualPatienceMs,
): Promise<void> {
  const waiting: Row<'samples'>[] = [];
  const sample = async (probe: Probe): Promise<void> => {
    const began_at = nowMicros();
    const readings = await probe.sample();
    const at = nowMicros();
    for (const reading of readings) waiting.push({ at, began_at, ...reading });
  };
  const beats = Promise.all([
    ...probes.map((probe) => onTheBeat(probe.everyMs, signal, () => sample(probe))),
    onTheBeat(writeEveryMs, signal, () => onSamples(waiting.splice(0))),
  ]);
  await Promise.race([beats, longAfter(signal, patienceMs)]);
  await onSamples(waiting.splice(0));
}

/** How long to wait at the end for a sample under way; one that never finishes must not hold up the drill. */
const usualPatienceMs = 15_000;

async function longAfter(signal: AbortSignal, patienceMs: number): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
  await delay(patienceMs, undefined, { ref: false });
}

/** Calls `act` at a steady interval; if slow, skips beats instead of piling up. */
export async function onTheBeat(periodMs: number, signal: AbortSignal, act: () => Promise<void>): Promise<void> {
  const begun = performance.now();
  while (!signal.aborted) {
    await act().catch(() => {});
    const untilBeat = periodMs - ((performance.now() - begun) % periodMs);
    await delay(untilBeat, undefined, { signal }).catch(() => {});
  }
}
