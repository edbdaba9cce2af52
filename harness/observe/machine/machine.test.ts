import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Machine } from './machine.ts';
import { textOf } from '../../session/text-of.ts';

async function subjectsOf(machine: Machine): Promise<string[]> {
  await delay(20);
  return machine.look().map(({ subject }) => subject ?? '');
}

it('says what a system without /proc does not tell, and samples what can be had', async () => {
  using machine = await Machine.open(undefined, () => '');
  expect(machine.notOffered).toEqual([
    'CPU of other processes',
    'pressure (PSI)',
    'cgroup throttling',
    'dirty pages',
    'swap',
  ]);
  expect(await subjectsOf(machine)).toEqual(['clock-step']);
});

it.runIf(process.platform === 'linux')('says that a kernel has no pressure, and samples all the rest', async () => {
  using machine = await Machine.open(undefined, (file) => (file.startsWith('/proc/pressure') ? '' : textOf(file)));
  expect(machine.notOffered).toContain('pressure (PSI)');
  const subjects = await subjectsOf(machine);
  expect(subjects).toEqual(expect.arrayContaining(['foreign-cpu', 'own-cpu', 'dirty', 'swap']));
  expect(subjects.filter((subject) => subject.startsWith('pressure'))).toEqual([]);
});

it('tells a step of the wall clock from a machine that slept', async () => {
  const wall = Date.now;
  try {
    using machine = await Machine.open(undefined, () => '');
    Date.now = () => wall() + 2_000;
    await delay(20);
    const step = machine.look().find(({ subject }) => subject === 'clock-step')?.value ?? 0;
    expect(Math.abs(step - 2_000)).toBeLessThan(3);
  } finally {
    Date.now = wall;
  }
  const upAt = performance.now();
  let slept = 0;
  using machine = await Machine.open(undefined, (file) =>
    file === '/proc/uptime' ? `${((performance.now() - upAt + slept) / 1000).toFixed(2)} 0.0` : '',
  );
  slept = 5_000;
  await delay(20);
  const stood = machine.look().find(({ subject }) => subject === 'stood-still')?.value ?? 0;
  expect(Math.abs(stood - 5_000)).toBeLessThan(100);
});
