import { unavailable, UserError } from './errors.ts';

const diskFull = /ENOSPC|EDQUOT|no space left on device|disk quota exceeded/i;

/**
 * Classifies a failure. If cleaning up failed too (a file that could not be closed on a full disk), the first failure counts. A
 * full disk is the machine's problem (69), wherever it shows. Anything else stays what it is.
 */
export function explained(failure: unknown): unknown {
  const all = causesOf(failure);
  const full = all.find((one) => one instanceof Error && diskFull.test(one.message));
  if (full instanceof Error && !(all[0] instanceof UserError))
    return unavailable(`a disk is full: ${firstLine(full)}; free some space and run again`, failure);
  return all.find((one) => one instanceof UserError) ?? all.map(ofMachine).find((one) => one !== undefined) ?? all[0];
}

/** What the machine or its owner refuses (69), in words; undefined if it is something else. */
function ofMachine(error: unknown): UserError | undefined {
  if (!(error instanceof Error) || !('syscall' in error)) return undefined;
  const { code, syscall = '', path } = error as NodeJS.ErrnoException;
  if (code === 'EMFILE' || code === 'ENFILE')
    return unavailable(`out of file descriptors (${error.message}): raise the limit, ulimit -n 1024 or more`, error);
  if (syscall.startsWith('spawn') && (code === 'EAGAIN' || code === 'ENOMEM'))
    return unavailable(
      `cannot start a process (${error.message}): raise the limits of this user, ulimit -a shows them`,
      error,
    );
  if (path !== undefined && ['EACCES', 'EPERM', 'EROFS'].includes(code ?? ''))
    return unavailable(`${path}: permission denied (${code}, ${syscall}); grant it, or choose another place`, error);
  return undefined;
}

/** The failures that one error carries, first cause first; bounded by the depth to which our code nests them. */
function causesOf(failure: unknown, deep = 0): unknown[] {
  if (deep > 8) return [failure];
  if (failure instanceof SuppressedError)
    return [failure.suppressed, failure.error].flatMap((one) => causesOf(one, deep + 1));
  if (failure instanceof AggregateError) return [failure, ...failure.errors.flatMap((one) => causesOf(one, deep + 1))];
  if (failure instanceof Error && failure.cause !== undefined && !(failure instanceof UserError))
    return [failure, ...causesOf(failure.cause, deep + 1)];
  return [failure];
}

const firstLine = ({ message }: Error): string => message.split('\n')[0] ?? '';

/** The first line of an error's message. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? firstLine(error) : String(error));

/** The first line of the root cause's message: clients wrap the server's answer in what they tried. */
export const innermostReason = (error: unknown): string => reasonOf(causesOf(error).at(-1));
