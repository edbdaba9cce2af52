/** `globalSetup: 'toofan/vitest/stack'`: one stack for every test file, from the first drill to the end of the test run. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import type { ServedAt } from '../commands/served-drill.ts';
import type { StackKind } from '../stack/stack.ts';

/** In `provide: { toofan: … }` of vitest.config.ts. */
export interface StackOfTests {
  /** Where Kafka, Postgres and Redis run; default `auto`. */
  readonly stack?: 'auto' | StackKind;
  /** Like `--empty-these-stores`. */
  readonly emptyTheseStores?: readonly string[];
}

declare module 'vitest' {
  interface ProvidedContext {
    toofan: StackOfTests;
    /** The address for drills; `toofan/vitest/stack` provides it. */
    toofanServedAt: ServedAt;
  }
}

const program = fileURLToPath(new URL('../toofan.js', import.meta.url));
/** Faults heal and stores stop within their own bounds. */
const endsWithinMs = 100_000;

/** Vitest calls it once, and its result once more at the end. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const served = await serve(project);
  project.provide('toofanServedAt', served.at);
  return () => served.end();
}

async function serve({ config }: TestProject): Promise<{ readonly at: ServedAt; end(): Promise<void> }> {
  const { stack = 'auto', emptyTheseStores = [] } = (config.provide as { toofan?: StackOfTests }).toofan ?? {};
  const consent = emptyTheseStores.length === 0 ? [] : ['--empty-these-stores', emptyTheseStores.join(',')];
  // A group of its own: a Ctrl-C at the terminal reaches only Vitest, which then stops it.
  const server = spawn(process.execPath, [program, 'serve-drills', '--stack', stack, ...consent], {
    cwd: config.root,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  const errors = createInterface({ input: server.stderr }).on('line', (line) => said.push(line));
  const lines = createInterface({ input: server.stdout });
  const [first] = await Promise.race([
    once(lines, 'line') as Promise<[string]>,
    once(server, 'exit').then(([code]) => {
      throw new Error(`toofan did not start (exit ${code}): ${said.join('\n')}`);
    }),
  ]);
  lines.on('line', (line) => process.stdout.write(`toofan: ${line}\n`));
  errors.on('line', (line) => process.stderr.write(`${line}\n`));
  return { at: JSON.parse(first) as ServedAt, end: () => end(server) };
}

/** It exits by itself when its input closes, whatever happens to this process. */
async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.stdin?.end();
  await once(server, 'exit', { signal: AbortSignal.timeout(endsWithinMs) }).catch(() => server.kill());
}
