import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { startSession } from '../../session/start-session.ts';
import { installedGoProgram, k6 } from './go-program.ts';

it("Go builds with the user's proxies, mirrors and certificates, and with nothing else of the environment", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'toofan-go-'));
  const network = {
    GOPROXY: 'https://go.invalid',
    GOPRIVATE: 'example.com',
    HTTPS_PROXY: 'http://proxy.invalid:3128',
    SSL_CERT_FILE: '/etc/ca.pem',
  };
  await mkdir(join(folder, 'bin'));
  // "Builds" its own environment.
  await writeFile(join(folder, 'bin', 'go'), '#!/bin/sh\nenv > "$GOBIN/k6"\n', { mode: 0o755 });
  try {
    const variables = { ...network, PATH: `${folder}/bin:/usr/bin:/bin`, XDG_CACHE_HOME: join(folder, 'cache') };
    for (const [name, value] of Object.entries({ ...variables, GOFLAGS: '-mod=mod', GOARCH: 'mips', PGPASSWORD: 'x' }))
      vi.stubEnv(name, value);
    await using session = await startSession();
    const built = await readFile(await installedGoProgram(k6, session, () => undefined), 'utf8');
    for (const [name, value] of Object.entries(network)) expect(built).toContain(`${name}=${value}\n`);
    expect(built).toContain('GOFLAGS=-mod=mod -buildvcs=false\n');
    expect(built).not.toMatch(/GOARCH|PGPASSWORD/);
  } finally {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  }
});
