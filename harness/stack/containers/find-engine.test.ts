import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { engineElsewhere, requireNoOtherEngine } from './find-engine.ts';

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

it('an engine of Testcontainers’ own settings is refused before anything is made there', async () => {
  const home = await mkdtemp(join(tmpdir(), 'toofan-home-'));
  vi.stubEnv('HOME', home);
  try {
    await expect(requireNoOtherEngine()).resolves.toBeUndefined();
    const settings = join(home, '.testcontainers.properties');
    await writeFile(settings, 'docker.host=unix:///x\n#tc.host=tcp://10.0.0.1:2375\n');
    await expect(requireNoOtherEngine()).resolves.toBeUndefined();
    await writeFile(settings, 'docker.host=unix:///x\n tc.host = tcp://10.0.0.1:2375\n');
    await expect(requireNoOtherEngine()).rejects.toMatchObject({
      exitCode: 69,
      message: `${settings}: tc.host sends containers to tcp://10.0.0.1:2375: remove that line, or use --stack local`,
    });
  } finally {
    vi.unstubAllEnvs();
    await rm(home, { recursive: true });
  }
});
