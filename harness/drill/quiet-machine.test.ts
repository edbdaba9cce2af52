import { expect, it } from 'vitest';
import type { Reading } from '../observe/probe.ts';
import { busyNow, waitForQuiet } from './quiet-machine.ts';

const look = (values: Record<string, number>): Reading[] =>
  Object.entries(values).map(([subject, value]) => ({ probe: 'machine', subject, value, unit: '' }));

it('is quiet where nobody else does much, whatever the drill’s own processes do', () => {
  expect(busyNow([look({ 'foreign-cpu': 0.1, 'own-cpu': 1.9, steal: 0.02, 'pressure-io': 0.05 })], 2, [])).toBe(null);
});

it('is quiet where nothing can be seen', () => {
  expect(busyNow([look({ 'clock-step': 0 })], 2, [])).toBe(null);
});

it('names the busiest of the others', () => {
  const looks = [look({ 'foreign-cpu': 1 }), look({ 'foreign-cpu': 0.8 })];
  expect(busyNow(looks, 2, [{ pid: 4711, name: 'yes', cores: 0.9 }])).toBe(
    'other processes use 0.9 of 2 cores (most of it yes, pid 4711)',
  );
});

it('says all that keeps it busy', () => {
  const looks = [look({ steal: 0.5, throttled: 0.25, 'pressure-io': 0.6, writeback: 120 })];
  expect(busyNow(looks, 4, [])).toBe(
    'the hypervisor takes 0.5 of 4 cores; a quota throttles the harness for 25 % of the time; tasks wait for the disk for 60 % of the time; 120 MiB are being written to disk',
  );
});

/** A machine with two cores and `foreign` cores used by others, sample by sample; the last one repeats. */
function machineWith(...foreign: number[]) {
  let count = 0;
  const next = () => look({ 'foreign-cpu': foreign[Math.min(count++, foreign.length - 1)] ?? 0 });
  return { look: next, busiest: [], count: () => count };
}
const never = new AbortController().signal;

it('waits for no more than a second where it is quiet, and says nothing', async () => {
  const [machine, said] = [machineWith(0.1), [] as string[]];
  expect(await waitForQuiet(machine, 2, never, (line) => said.push(line))).toBe(null);
  expect([machine.count(), said]).toEqual([5, []]);
});

it('waits until it was quiet for a second, and says once for what', async () => {
  const [machine, said] = [machineWith(1, 1, 1, 1, 1, 1, 0), [] as string[]];
  expect(await waitForQuiet(machine, 2, never, (line) => said.push(line))).toBe(null);
  expect(machine.count()).toBeGreaterThanOrEqual(10);
  expect(said).toEqual(['Waiting for a quiet machine: other processes use 1.0 of 2 cores']);
});

it('goes on where it does not become quiet, and says why', async () => {
  const begun = performance.now();
  expect(await waitForQuiet(machineWith(0.9), 2, never, () => {})).toBe('other processes use 0.9 of 2 cores');
  expect(performance.now() - begun).toBeLessThan(13_000);
});

it('is interrupted with the drill', async () => {
  const end = new AbortController();
  const waiting = waitForQuiet(machineWith(1), 2, end.signal, () => {});
  end.abort(new Error('interrupted'));
  await expect(waiting).rejects.toThrow(/abort/i);
});
