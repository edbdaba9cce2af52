import type { Asker } from '../../../worker/ask.ts';
import { BreakerOpen } from '../../../worker/breaker.ts';
import type { Breaker } from '../../../worker/breaker.ts';
import type { Payment } from '../../shared/wire.ts';
import { fraudAbove } from '../settings.ts';
import type { CrisisMode } from './crisis-mode.ts';

export interface Judged {
  /** Checked by the basic rule only. */
  readonly degraded: boolean;
  /** Operations that are fraud. */
  readonly fraud: ReadonlySet<number>;
}

export interface FraudCheckOptions {
  /** Calls the fraud service within its budget. */
  readonly asker: Pick<Asker, 'ask'>;
  readonly breaker: Breaker;
  readonly load: CrisisMode;
  /** A responder's choice: `on`, `off`, or `auto` by load. */
  readonly crisis: () => string;
  readonly onError: (error: unknown) => void;
}

/**
 * Whether payments are fraud: calls the service if possible, otherwise applies the basic rule. Never rejects, never exceeds its
 * timeout.
 */
export class FraudCheck {
  readonly #options: FraudCheckOptions;

  constructor(options: FraudCheckOptions) {
    this.#options = options;
  }

  async judge(payments: readonly Payment[]): Promise<Judged> {
    const { breaker, load, crisis, onError } = this.#options;
    const overloaded = load.observe(payments.length, performance.now());
    const said = crisis();
    if (payments.length > 0 && (said === 'off' || (said === 'auto' && !overloaded))) {
      try {
        return { degraded: false, fraud: await breaker.call(() => this.#ask(payments)) };
      } catch (error) {
        if (!(error instanceof BreakerOpen)) onError(error);
      }
    }
    return byBasicRule(payments);
  }

  async #ask(payments: readonly Payment[]): Promise<ReadonlySet<number>> {
    const asked = await this.#options.asker.ask(
      '/score',
      payments.map(({ op, payer, payee, paise, device }) => ({ id: String(op), payer, payee, paise, device })),
    );
    if (asked.outcome === 'unknown') throw new Error(asked.why);
    if (asked.outcome === 'refused') throw new Error(`the fraud service answers ${asked.status}`);
    const scores = asked.body;
    if (!Array.isArray(scores) || scores.length !== payments.length)
      throw new Error('the fraud service left some payments out');
    const fraud = new Set<number>();
    for (const { id, score } of scores as readonly { id: string; score: number }[]) {
      if (score > fraudAbove) fraud.add(Number(id));
    }
    return fraud;
  }
}

/** The basic rule (source 4447): nobody pays honestly from an emulated device. */
export const byBasicRule = (payments: readonly Payment[]): Judged => ({
  degraded: true,
  fraud: new Set(payments.filter(({ device }) => device.startsWith('emulator')).map(({ op }) => op)),
});
