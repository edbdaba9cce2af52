/** k6 from an image, built here from this machine's k6. Skipped, and counted as such, without an engine. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readFile, rm, watch, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startSession } from '../../harness/session/start-session.ts';
import { k6InContainer } from '../../harness/load/drivers/k6/find-k6.ts';
import { installedGoProgram, k6 } from '../../harness/stack/tools/go-program.ts';
import { containerConfig } from './needs.ts';
import { leftBehind, remains } from './remains.ts';

const containers = await containerConfig();
const image = 'toofan-test/k6';

it.skipIf(containers?.images?.redis === undefined)(
  'runs beside this machine’s loopback with the session’s files, and goes away with the session',
  async () => {
    await using session = await startSession();
    const context = await mkdtemp(join(tmpdir(), 'toofan-k6-image-'));
    try {
      await copyFile(await installedGoProgram(k6, session, () => undefined), join(context, 'k6'));
      await writeFile(
        join(context, 'Dockerfile'),
        `FROM ${containers?.images?.redis}\nCOPY k6 /usr/bin/k6\nENTRYPOINT ["k6"]\n`,
      );
      execFileSync('docker', ['build', '--quiet', '--tag', image, context], {
        env: { ...process.env, DOCKER_BUILDKIT: '0' },
      });
    } finally {
      await rm(context, { recursive: true });
    }
    const found = await k6InContainer(session, image, import.meta.dirname);
    const script = join(session.folder, 'main.js');
    await writeFile(
      script,
      `import { sleep } from 'k6'; export default () => { for (;;) { console.log('it runs'); sleep(0.1); } };`,
    );
    const log = join(session.folder, 'console.log');
    await writeFile(log, '');
    const child = session.spawn(
      found?.program ?? '',
      [...(found?.args ?? []), 'run', '--quiet', '--console-output', log, '--log-format', 'raw', script],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const written = AbortSignal.timeout(60_000);
    for await (const _ of watch(log, { signal: written })) if ((await readFile(log, 'utf8')).includes('it runs')) break;
    const begun = { id: session.id, folder: session.folder };
    expect((await remains(begun)).some((one) => one.startsWith('container'))).toBe(true);
    // As a killed harness leaves it: its client gone, the container still running.
    child.kill('SIGKILL');
    await once(child, 'exit');
    await session[Symbol.asyncDispose]();
    expect(await leftBehind(begun, 10_000)).toEqual([]);
    expect(await k6InContainer(session, 'toofan-test/no-such-image', import.meta.dirname)).toBeUndefined();
  },
);
