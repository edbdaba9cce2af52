import type { Asker } from '../../../worker/ask.ts';
import type { Asked } from '../../../worker/ask.ts';
import type { Breaker } from '../../../worker/breaker.ts';
import { patiently } from '../../../worker/retry.ts';
import type { AddMoney } from '../../shared/wire.ts';

/** The final outcome at a bank. */
export type BankAnswer = 'done' | 'declined';

export interface BankOptions {
  readonly asker: Pick<Asker, 'ask'>;
  readonly breaker: Breaker;
  /** How long to ask for an answer before giving the records back. */
  readonly forMs: number;
  /** The outcome is open: to be recorded before asking again. */
  readonly onUnknown: (request: AddMoney) => Promise<void>;
  readonly onError: (error: unknown) => void;
  readonly onStep?: (step: 'bank-asked' | 'bank-answered') => void;
}

/** The bank did not say what it did. */
class Unknown extends Error {}

/**
 * Asks a bank for money. An unknown outcome is never guessed: it is recorded, and the bank is asked about the debit until it
 * answers. Every debit has the operation's own id, under which the bank performs it once.
 */
export class Bank {
  readonly #options: BankOptions;

  constructor(options: BankOptions) {
    this.#options = options;
  }

  /**
   * `inDoubt`: operations whose outcome is unknown, since before or from now on; they are asked about first. Rejects if `signal`
   * is aborted while it waits.
   */
  async debit(request: AddMoney, inDoubt: Set<number>, signal: AbortSignal): Promise<BankAnswer> {
    const { breaker, forMs, onError, onUnknown, onStep } = this.#options;
    const attempt = () =>
      breaker.call(async () => {
        const asked = await (inDoubt.has(request.op) ? this.#whatBecameOf(request) : this.#take(request));
        onStep?.('bank-answered');
        return asked;
      });
    return await patiently(
      async () => {
        try {
          return await attempt();
        } catch (error) {
          if (error instanceof Unknown && !inDoubt.has(request.op)) {
            inDoubt.add(request.op);
            await onUnknown(request);
          }
          throw error;
        }
      },
      { forMs, passes: () => true, onError, signal },
    );
  }

  async #take({ op, bank, paise }: AddMoney): Promise<BankAnswer> {
    const asking = this.#options.asker.ask('/debits', { id: String(op), account: bank, paise });
    this.#options.onStep?.('bank-asked');
    return readAnswer(await asking);
  }

  async #whatBecameOf(request: AddMoney): Promise<BankAnswer> {
    const asked = await this.#options.asker.ask(`/debits/${request.op}`);
    // Unknown to the bank, but the request may still arrive: the same id makes it the same debit.
    if (asked.outcome === 'refused' && asked.status === 404) return await this.#take(request);
    return readAnswer(asked);
  }
}

function readAnswer(asked: Asked): BankAnswer {
  if (asked.outcome === 'unknown') throw new Unknown(asked.why);
  if (asked.outcome === 'refused' && asked.status === 429) throw new Error('the bank takes no more for now');
  if (asked.outcome === 'refused') return 'declined';
  return (asked.body as { readonly status?: unknown }).status === 'done' ? 'done' : 'declined';
}
