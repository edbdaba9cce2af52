import { expect, it } from 'vitest';
import type { Reading } from '../observe/probe.ts';
import { busyNow } from './quiet-machine.ts';

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
    'the hypervisor takes 0.5 of 4 cores; a quota holds us back for 25 % of the time; tasks wait for the disk for 60 % of the time; 120 MiB are being written to disk',
  );
});
