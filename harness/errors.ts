import { ExitCode } from './exit-code.ts';

/**
 * A failure that the user can act on. Printed as its message alone, without a stack trace;
 * anything else that reaches the command line is our own bug (exit 70).
 */
export class UserError extends Error {
  readonly exitCode: ExitCode;

  /** `message` says what happened, where, and what to do next; several problems come one a line. */
  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UserError';
    this.exitCode = exitCode;
  }
}

/** Wrong options or paths (64). */
export const usageError = (message: string) => new UserError(ExitCode.usage, message);

/** A scenario, target or history that cannot be used (65). */
export const badInput = (message: string) => new UserError(ExitCode.badInput, message);

/** Several of them, a line each, whatever stands in what they quote: a name may hold line breaks that would make lines of its own. */
export const badInputs = (problems: readonly string[]) =>
  badInput(problems.map((problem) => problem.replaceAll(/\p{Cc}+/gu, ' ')).join('\n'));

/** A stack or tool that is not there (69); say what to install. */
export const unavailable = (message: string, cause?: unknown) =>
  new UserError(ExitCode.unavailable, message, { cause });
