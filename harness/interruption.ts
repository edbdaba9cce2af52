import { processTimes } from './session/proc-files.ts';
import { textOf } from './session/text-of.ts';
import { isatty } from 'node:tty';
import { UserError } from './errors.ts';
import { ExitCode } from './exit-code.ts';

/** npm forwards a Ctrl-C that the terminal has already sent to us. */
const sameWithinMs = 1_000;
/** Healing and cleaning up have their own bounds, whose sum is smaller. */
const endsWithinMs = 90_000;
const lookEveryMs = 1_000;

/**
 * Aborts the signal, with an interruption (130) as its reason, on anything that stops this program from outside: Ctrl-C, SIGTERM,
 * a closed terminal, the end of npm, a reader that closes our output. A second Ctrl-C, or a bound, ends it at once; the janitor
 * cleans up.
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
  // The reader of our output went away (`toofan run | head`): an interruption, not a crash.
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
 * Whether we have a terminal that may close. Node resets an ignored SIGHUP at startup, so we cannot ask for it: under `nohup` no
 * standard stream is a terminal; where one is (macOS), the shell's `_` names what started us.
 */
const isHungUpOn = (): boolean => [0, 1, 2].some((fd) => isatty(fd)) && !/(?:^|\/)nohup$/.test(process.env['_'] ?? '');

/**
 * The npm or npx process that started this program, directly, through a shell, or through an older Node. Undefined if none did.
 */
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

/** From npm's own variables (`npm run toofan`, `npm exec toofan`); without /proc this is unknown. */
const isNpm = (pid: number): boolean => /^(?:npm|npx)\b/.test(textOf(`/proc/${pid}/cmdline`));

const parentOf = (pid: number): number | undefined => processTimes(textOf(`/proc/${pid}/stat`))?.parent;

/**
 * Resolves to the result of `work`; rejects at once if `signal` is aborted, and leaves stopping what was started to the end of
 * the session.
 */
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
