import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A command and its arguments; must be idempotent. */
export type UndoCommand = readonly [command: string, ...args: string[]];

const run = promisify(execFile);
const commandWithinMs = 5_000;

/** Runs every command in order, even after failures; rejects, naming those that failed. */
export async function runUndo(commands: readonly UndoCommand[]): Promise<void> {
  const failures: string[] = [];
  for (const [command, ...args] of commands) {
    await run(command, args, { timeout: commandWithinMs, killSignal: 'SIGKILL' }).catch((error: unknown) => {
      failures.push(error instanceof Error ? error.message.trim() : String(error));
    });
  }
  if (failures.length > 0) throw new Error(failures.join('\n'));
}
