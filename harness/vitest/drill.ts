import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { inject, TestRunner } from 'vitest';
import type { DrillReply, DrillRequest, ServedAt, ServedDrill } from '../commands/served-drill.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Target } from '../target/target.ts';
import { attachReport } from './attach-report.ts';
import { type DrillRun, runOf } from './drill-run.ts';

export interface DrillOptions {
  /** By name or as an object; default: the scenario's own. Names are looked up in `toofan.config.ts`. */
  readonly target?: string | Target;
  /** Same seed, same operations; default 1. */
  readonly seed?: number;
  /** Factor on every rate. */
  readonly loadScale?: number;
  /** Minutes of story time per minute of wall time. */
  readonly timeScale?: number;
  /** Values of the scenario to override, by their path: `{ 'load[2].hold': '3s' }`. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** What a matcher does if the evidence is too thin: fail (the default), or skip its test. */
  readonly inconclusive?: 'fail' | 'skip';
}

/** A drill takes at least this besides its load. */
const besideLoadMs = 3_000;

/**
 * Drills a scenario, by name or as an object, and judges it. Drills of all test files take turns on one stack. Rejects if the
 * drill cannot start or does not finish; broken promises are for `expect`.
 */
export async function drill(scenario: string | Scenario, options: DrillOptions = {}): Promise<DrillRun> {
  const { inconclusive = 'fail', set = {}, ...rest } = options;
  const test = TestRunner.getCurrentTest();
  const { port, token } = servedHere();
  const request: DrillRequest = {
    ...rest,
    token,
    scenario,
    set: Object.entries(set).map(([path, value]) => `${path}=${JSON.stringify(value)}`),
    command: commandOf(test),
  };
  const served = await ask(port, request, test);
  const run = runOf({ ...served, inconclusive });
  if (test !== undefined) attachReport(run, test);
  return run;
}

type Test = ReturnType<typeof TestRunner.getCurrentTest>;

function servedHere(): ServedAt {
  const at = inject('toofanServedAt') as ServedAt | undefined;
  if (at !== undefined) return at;
  throw new Error("drill: there is no stack: add globalSetup: 'toofan/vitest/stack' to `test` in vitest.config.ts");
}

/** Repeats the test that contains this. */
function commandOf(test: Test): string {
  const file = test?.file.name ?? '';
  return `npx vitest run ${file}`.trimEnd();
}

/** Hanging up aborts the drill: a test that timed out or was cancelled heals its faults. */
async function ask(port: number, request: DrillRequest, test: Test): Promise<ServedDrill> {
  const signal = test?.context.signal;
  signal?.throwIfAborted();
  const socket = connect(port, '127.0.0.1');
  const hangUp = () => void socket.destroy();
  signal?.addEventListener('abort', hangUp, { once: true });
  // Also where nobody waits for it.
  test?.context.onTestFinished(hangUp);
  try {
    await once(socket, 'connect');
    socket.write(`${JSON.stringify(request)}\n`);
    for await (const line of createInterface({ input: socket })) {
      const reply = JSON.parse(line) as DrillReply;
      if (reply.type === 'planned') requireTime(reply.loadMs, test);
      else if (reply.type === 'judged') return reply.drill;
      else throw new Error(reply.message);
    }
    signal?.throwIfAborted();
    throw new Error('drill: the process that drills has ended; its last words are above');
  } finally {
    signal?.removeEventListener('abort', hangUp);
    hangUp();
  }
}

/** Refuses at once a drill that would be cut off in the middle. */
function requireTime(loadMs: number, test: Test): void {
  const timeout = test?.timeout ?? 0;
  if (timeout === 0 || timeout > loadMs + besideLoadMs) return;
  throw new Error(
    `drill: the load alone takes ${loadMs / 1_000} s, but this test ends after ${timeout / 1_000} s: set testTimeout: 120_000 in vitest.config.ts, or give it(…) a timeout`,
  );
}
