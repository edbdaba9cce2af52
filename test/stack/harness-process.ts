/**
 * A miniature harness, to be ended in every way: opens a session, starts a stack in it, and reports both on standard output, one
 * JSON line each. `node harness-process.ts <kind>`; then it waits for an instruction how to end (`return`, `throw`) on its
 * standard input, or for a signal.
 */
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../harness/errors.ts';
import { startSession } from '../../harness/session/start-session.ts';
import type { StackKind } from '../../harness/stack/stack.ts';
import { startStack } from '../../harness/stack/start-stack.ts';
import { containerConfig, needs } from './needs.ts';

const [kind = 'local'] = process.argv.slice(2);
const boundMs = 120_000;
const say = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);

/** Ids of the System V segments that Postgres servers in `folder` hold. */
async function segments(folder: string): Promise<string[]> {
  const files = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith('postmaster.pid'));
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.map((text) => text.split('\n')[6]?.trim().split(/\s+/)[1] ?? '');
}

try {
  await using session = await startSession();
  say({ id: session.id, folder: session.folder });
  const config = (kind === 'local' ? undefined : await containerConfig()) ?? {};
  await using stack = await startStack(
    kind as 'auto' | StackKind,
    { ...needs, brief: true },
    {
      session,
      config,
      progress: () => undefined,
    },
  );
  say({
    kind: stack.kind,
    direct: stack.direct,
    segments: await segments(session.folder),
  });
  // Bounded, so that a dead test leaves no harness behind.
  const [told] = (await once(process.stdin, 'data', { signal: AbortSignal.timeout(boundMs) })) as [Buffer];
  if (told.toString() === 'throw') throw new Error('as requested');
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = error instanceof UserError ? error.exitCode : 1;
}
