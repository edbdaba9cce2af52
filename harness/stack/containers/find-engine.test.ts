import { expect, it } from 'vitest';
import { engineElsewhere } from './find-engine.ts';

it.each([
  ['unix:///var/run/docker.sock', false],
  ['tcp://127.0.0.1:2375', false],
  ['tcp://localhost:2375', false],
  ['tcp://[::1]:2376', false],
  ['tcp://10.0.0.1:2375', true],
  ['https://engine.invalid:2376', true],
  ['tcp://127.0.0.1.nip.invalid:2375', true],
])('an engine at %s is on another machine: %s', async (address, expected) => {
  expect(await engineElsewhere(address)).toBe(expected);
});
