import { expect, it } from 'vitest';
import { busyFinding, machinesOf, speedFinding } from './doctor.ts';

const bounds = { coreMs: 60, pairMs: 90, fsyncMs: 1, jvmStartMs: 200 };

it('finds a machine quiet, or says who keeps it busy and how to look at him', () => {
  expect(busyFinding(null, undefined)).toMatchObject({ status: 'ok', mend: '' });
  const busy = 'other processes use 0.9 of 2 cores (most of it yes, pid 4711)';
  expect(busyFinding(busy, 4711)).toMatchObject({
    status: 'warning',
    found: busy,
    mend: 'ps -o pid,user,etime,args -p 4711',
  });
});

const usual = [{ machine: bounds, scenarios: ['smoke', 'soak'] }];

it('tells of scenarios whose bounds are for another machine', () => {
  const faster = { ...bounds, coreMs: 30, pairMs: 45 };
  const machines = machinesOf([
    { name: 'claim', boundsFor: faster },
    { name: 'smoke', boundsFor: bounds },
    { name: 'mine' },
    { name: 'soak', boundsFor: { ...bounds } },
  ]);
  expect(machines).toEqual([...usual, { machine: faster, scenarios: ['claim'] }]);
  expect(speedFinding(bounds, machines).found).toContain(
    "1.0x as fast as the machine the scenarios' bounds are for; 0.5x as fast as the machine of claim",
  );
});

it('holds the machine beside the one that bounds are for, by the slower of its two measures', () => {
  expect(speedFinding(bounds, usual)).toMatchObject({
    status: 'ok',
    found:
      "a core 60 ms, two at once 90 ms, an fsync 1.0 ms, a JVM's start 200 ms: 1.0x as fast as the machine the scenarios' bounds are for",
  });
  expect(speedFinding({ coreMs: 70, pairMs: 150, fsyncMs: 12 }, usual)).toMatchObject({
    status: 'warning',
    found:
      "a core 70 ms, two at once 150 ms, an fsync 12 ms: 0.6x as fast as the machine the scenarios' bounds are for",
    mend: 'npx toofan run --load-scale 0.5',
  });
});

it('has nothing to hold it beside where no scenario says a machine', () => {
  expect(speedFinding(bounds, [])).toMatchObject({ status: 'ok', cost: '' });
});
