import { afterAll, beforeAll } from 'vitest';
import type { ToofanConfig } from '../harness/config.ts';
import { startSession } from '../harness/session/start-session.ts';
import type { Session } from '../harness/session/session.ts';
import type { Stack, StackKind, StackNeeds } from '../harness/stack/stack.ts';
import { startStack } from '../harness/stack/start-stack.ts';

/** One stack for all tests of a file; `reset` restores a clean state between them. */
export interface SharedStack {
  readonly session: Session;
  readonly stack: Stack;
}

/**
 * Starts a session and a stack before the first test of the file and stops both after the last. The result may be used in tests
 * and in later hooks, not before.
 */
export function sharedStack(
  needs: StackNeeds,
  kind: 'auto' | StackKind = 'local',
  config: ToofanConfig = {},
): SharedStack {
  const lines: string[] = [];
  let session: Session | undefined;
  let stack: Stack | undefined;
  beforeAll(async () => {
    session = await startSession();
    stack = await startStack(
      kind,
      { ...needs, brief: true },
      { session, config, progress: (line) => lines.push(line) },
    );
  });
  afterAll(async () => {
    await stack?.[Symbol.asyncDispose]();
    await session?.[Symbol.asyncDispose]();
  });
  const started = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error(`the shared stack is not up: ${lines.join('; ')}`);
    return value;
  };
  return {
    get session() {
      return started(session);
    },
    get stack() {
      return started(stack);
    },
  };
}
