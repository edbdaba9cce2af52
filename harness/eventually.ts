import { setTimeout as delay } from 'node:timers/promises';

/** The result of an attempt that came too early; `why` is thrown if it was the last one. */
export class NotYet {
  readonly why: Error;

  constructor(why: Error | string) {
    this.why = typeof why === 'string' ? new Error(why) : why;
  }
}

/** Turns a rejection into `NotYet`: for calls that are refused until the other side is ready. */
export const notYet = (error: unknown): NotYet => new NotYet(error instanceof Error ? error : String(error));

export interface Bound {
  readonly withinMs: number;
  /** Time between two attempts; default 50 ms. */
  readonly everyMs?: number;
  /** Once aborted, the next attempt is the last. */
  readonly signal?: AbortSignal;
}

/**
 * Tries again and again until there is a result, and resolves to it; after the bound, to the last attempt's result. Rejects at
 * once if an attempt rejects. For conditions that send no event; tries at least once.
 */
export async function lookUntil<Seen>(
  look: () => Promise<Seen | NotYet>,
  { withinMs, everyMs = 50, signal }: Bound,
): Promise<Seen | NotYet> {
  for (const deadline = performance.now() + withinMs; ; await delay(everyMs)) {
    const isLast = performance.now() > deadline || signal?.aborted === true;
    const seen = await look();
    if (!(seen instanceof NotYet) || isLast) return seen;
  }
}

/** Like `lookUntil`, but rejects with the last attempt's reason if the bound passes. */
export async function eventually<Seen>(look: () => Promise<Seen | NotYet>, bound: Bound): Promise<Seen> {
  const seen = await lookUntil(look, bound);
  if (seen instanceof NotYet) throw seen.why;
  return seen;
}
