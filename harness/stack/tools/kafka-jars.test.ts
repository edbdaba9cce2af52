import { appendFile, copyFile, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exists } from './cache-folder.ts';
import { jarFolder, requirePinned } from './kafka-jars.ts';

const fetched = await jarFolder();
const names = async () => (await readdir(fetched)).filter((name) => name.endsWith('.jar'));
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'toofan-jars-'));
});
afterEach(() => rm(folder, { recursive: true }));

const refusal = () =>
  requirePinned(folder, 'Mend.').then(
    () => 'taken',
    (error: unknown) => (error as Error).message,
  );

it('an empty folder lacks every jar', async () => {
  expect(await refusal()).toMatch(/^the jars in \S+ are not those of Kafka: \S+\.jar is missing; .*\. Mend\.$/);
});

describe.skipIf(!(await exists(fetched)))('the jars that were fetched (needs them in the cache)', () => {
  beforeEach(async () => {
    for (const name of await names()) await symlink(join(fetched, name), join(folder, name));
  });

  it('are those that are pinned', async () => expect(await refusal()).toBe('taken'));

  it('are refused where one was changed, by its name and sha256', async () => {
    const [name = ''] = await names();
    await rm(join(folder, name));
    await copyFile(join(fetched, name), join(folder, name));
    await appendFile(join(folder, name), 'x');
    expect(await refusal()).toMatch(
      new RegExp(`Kafka: ${name} has sha256 [0-9a-f]{64} instead of [0-9a-f]{64}\\. Mend\\.$`),
    );
  });

  it('are refused where another lies beside them', async () => {
    await writeFile(join(folder, 'planted.jar'), 'x');
    expect(await refusal()).toMatch(/Kafka: planted\.jar does not belong there\. Mend\.$/);
  });
});
