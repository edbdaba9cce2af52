import { ExitCode } from './exit-code.ts';

/**
 * A failure that the user can act on. Printed as its message, without a stack trace; any other error that reaches the command
 * line is our own bug (exit 70).
 */
export class UserError extends Error {
  readonly exitCode: ExitCode;

  /** `message` says what happened, where, and what to do next; several problems, one per line. */
  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UserError';
    this.exitCode = exitCode;
  }
}

/** Invalid options or paths (64). */
export const usageError = (message: string) => new UserError(ExitCode.usage, message);

/** An unusable scenario, target or history (65). */
export const badInput = (message: string) => new UserError(ExitCode.badInput, message);

/** Several problems, one per line. Line breaks inside quoted names are escaped, so that they cannot fake a line. */
export const badInputs = (problems: readonly string[]) =>
  badInput(problems.map((problem) => problem.replaceAll(/\p{Cc}+/gu, ' ')).join('\n'));

/** A stack or tool that is not available (69); say what to install. */
export const unavailable = (message: string, cause?: unknown) =>
  new UserError(ExitCode.unavailable, message, { cause });
