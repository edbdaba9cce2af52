import { unavailable } from '../../errors.ts';
import type { LockLoss } from '../stack.ts';

/** Is told what happens to the lock on one store. */
export interface LockWatch {
  lost(): void;
  takenAgain(): void;
  /** Another drill has it. */
  takenByAnother(): void;
}

/** What happened to lost locks, in the order of the losses. */
export class LockLosses {
  #losses: LockLoss[] = [];

  watch(store: string): LockWatch {
    const isOpen = (loss: LockLoss) => loss.store === store && loss.outcome === 'not-taken-again';
    const close = (outcome: LockLoss['outcome']) => {
      this.#losses = this.#losses.map((loss) => (isOpen(loss) ? { store, outcome } : loss));
    };
    return {
      lost: () => {
        if (!this.#losses.some(isOpen)) this.#losses.push({ store, outcome: 'not-taken-again' });
      },
      takenAgain: () => close('taken-again'),
      takenByAnother: () => close('taken-by-another'),
    };
  }

  all(): readonly LockLoss[] {
    return this.#losses;
  }

  /** Call before emptying the stores once more: rejects (69) if another drill may be using them. */
  requireNone(): void {
    const gone = this.#losses.find(({ outcome }) => outcome !== 'taken-again');
    if (gone !== undefined)
      throw unavailable(
        `--stack external: the lock on ${gone.store} was lost, and another drill may use it: nothing is emptied; run again once that drill has ended`,
      );
    this.#losses = [];
  }
}

/** `store` belongs to another drill, which its server shows as `who`. */
export const refused = (store: string, who: string | undefined) =>
  unavailable(
    `--stack external: another drill uses ${store} (${(who ?? 'unknown').replace('toofan-drill:', 'process ')}), and the two would empty each other's stores; wait for it to finish, or use separate stores`,
  );
