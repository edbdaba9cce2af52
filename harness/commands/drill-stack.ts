import { mendStack } from '../faults/mend-stack.ts';
import type { Session } from '../session/session.ts';
import { startSession } from '../session/start-session.ts';
import type { Stack, StackNeeds } from '../stack/stack.ts';

interface Ready extends Started {
  /** No drill has used it yet. */
  readonly isNew: boolean;
}

interface Started {
  readonly session: Session;
  readonly stack: Stack;
}

/** One stack for many drills, whatever they did to it: restored before each, or replaced if it cannot be. */
export class DrillStack implements AsyncDisposable {
  readonly #start: (session: Session) => Promise<Stack>;
  readonly #onNote: (line: string) => void;
  #started: Started | undefined;

  /** `start` is called once per stack, with a session of its own. */
  constructor(start: (session: Session) => Promise<Stack>, onNote: (line: string) => void) {
    this.#start = start;
    this.#onNote = onNote;
  }

  /** A stack on which every server answers and which is clean for `needs`; rejects if not even a new one is. */
  async ready(needs: StackNeeds): Promise<Ready> {
    if (this.#started !== undefined) {
      const { stack } = this.#started;
      try {
        const restarted = await mendStack(stack);
        if (restarted.length > 0) this.#onNote(`Restarted before the next drill: ${restarted.join(', ')}`);
        await stack.reset(needs);
        return { ...this.#started, isNew: false };
      } catch (error) {
        this.#onNote(`A new stack, because ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
        await this[Symbol.asyncDispose]();
      }
    }
    const session = await startSession();
    try {
      const stack = await this.#start(session);
      this.#onNote(`Stack: ${stack.kind} (${stack.reason})`);
      this.#started = { session, stack };
      return { session, stack, isNew: true };
    } catch (error) {
      await session[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const started = this.#started;
    this.#started = undefined;
    try {
      await started?.stack[Symbol.asyncDispose]();
    } finally {
      await started?.session[Symbol.asyncDispose]();
    }
  }
}
