import { setTimeout as delay } from 'node:timers/promises';

/** What a look gives that came too early; `why` is what is thrown where the last one did. */
export class NotYet {
  readonly why: Error;

  constructor(why: Error | string) {
    this.why = typeof why === 'string' ? new Error(why) : why;
  }
}

/** A rejection as `NotYet`: for what refuses until it is ready. */
export const notYet = (error: unknown): NotYet => new NotYet(error instanceof Error ? error : String(error));

export interface Bound {
  readonly withinMs: number;
  /** Between two looks; 50 ms where it is left out. */
  readonly everyMs?: number;
  /** Once aborted, the next look is the last. */
  readonly signal?: AbortSignal;
}

/**
 * Looks again and again until there is something to see, and resolves to it; to what the last look gave once the bound has passed.
 * Rejects at once where a look does. For what sends no event; there is at least one look.
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

/** As `lookUntil`, and rejects with the reason of the last look where even that came too early. */
export async function eventually<Seen>(look: () => Promise<Seen | NotYet>, bound: Bound): Promise<Seen> {
  const seen = await lookUntil(look, bound);
  if (seen instanceof NotYet) throw seen.why;
  return seen;
}
