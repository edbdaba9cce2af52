import { processTimes } from './session/proc-files.ts';
import { textOf } from './session/text-of.ts';
import { isatty } from 'node:tty';
import { UserError } from './errors.ts';
import { ExitCode } from './exit-code.ts';

/** Npm hands a Ctrl-C on that the terminal has sent to us already. */
const sameWithinMs = 1_000;
/** Healing and cleaning up have bounds of their own, which add up to less. */
const endsWithinMs = 90_000;
const lookEveryMs = 1_000;

/**
 * Whatever ends this program from outside aborts the signal, with an interruption (130) as its reason: Ctrl-C, SIGTERM, a terminal that
 * closes, npm's own end, whoever reads the output. A second Ctrl-C, or a bound that passes, ends it at once: its janitor cleans up.
 */
export function hearInterruptions(): AbortSignal {
  const interrupted = new AbortController();
  let firstAt = 0;
  const interrupt = (how: string): void => {
    if (interrupted.signal.aborted) return;
    firstAt = performance.now();
    setTimeout(() => leave(`did not end within ${endsWithinMs / 1_000} s`), endsWithinMs).unref();
    interrupted.abort(new UserError(ExitCode.interrupted, `interrupted${how}: healed and cleaned up`));
  };
  const onSignal = (): void => {
    if (interrupted.signal.aborted && performance.now() - firstAt > sameWithinMs) leave('interrupted again');
    interrupt('');
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  process.on('SIGHUP', () => (isHungUpOn() ? onSignal() : undefined));
  // Whoever reads our output went away (`toofan run | head`): that is an interruption, not a crash.
  process.stdout.on('error', () => interrupt(''));
  const npm = launchedByNpm();
  if (npm !== undefined) setInterval(() => npm.hasEnded() && interrupt(', because npm has ended'), lookEveryMs).unref();
  return interrupted.signal;
}

function leave(why: string): never {
  process.stderr.write(`toofan: ${why}: stopped at once, the janitor cleans up\n`);
  process.exit(ExitCode.interrupted);
}

/**
 * Whether a terminal that closes is ours. Node forgets at its start that SIGHUP was to be ignored, so it cannot be asked: what `nohup`
 * starts has no terminal left, and where it does (macOS), the shell says in `_` by what it was started.
 */
const isHungUpOn = (): boolean => [0, 1, 2].some((fd) => isatty(fd)) && !/(?:^|\/)nohup$/.test(process.env['_'] ?? '');

/** The npm or npx that this program was started by: itself, through a shell, or through an older Node. Undefined where it was not. */
function launchedByNpm(): { hasEnded(): boolean } | undefined {
  const parents = [process.ppid];
  // Only the older Node of toofan.js holds a channel to this one.
  const furthest = process.connected ? 3 : 2;
  while (!isNpm(parents.at(-1) ?? 0)) {
    const next = parents.length < furthest ? parentOf(parents.at(-1) ?? 0) : undefined;
    if (next === undefined) return undefined;
    parents.push(next);
  }
  const parentNow = (index: number) => (index === 0 ? process.ppid : parentOf(parents[index - 1] ?? 0));
  return { hasEnded: () => parents.some((parent, index) => parentNow(index) !== parent) };
}

/** By what npm calls itself (`npm run toofan`, `npm exec toofan`); without /proc nobody can say. */
const isNpm = (pid: number): boolean => /^(?:npm|npx)\b/.test(textOf(`/proc/${pid}/cmdline`));

const parentOf = (pid: number): number | undefined => processTimes(textOf(`/proc/${pid}/stat`))?.parent;

/** What `work` resolves to; rejects at once where `signal` is aborted, and leaves it to the session's end to end what was begun. */
export async function unlessAborted<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work(), promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
