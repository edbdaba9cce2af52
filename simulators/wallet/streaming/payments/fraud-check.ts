import { Breaker, BreakerOpen } from '../../../worker/breaker.ts';
import type { Payment } from '../../shared/wire.ts';
import { fraudAbove, fraudWithinMs } from '../settings.ts';
import type { CrisisMode } from './crisis-mode.ts';

export interface Judged {
  /** Nobody but the basic rule looked at them. */
  readonly degraded: boolean;
  /** Operations that are fraud. */
  readonly fraud: ReadonlySet<number>;
}

export interface FraudCheckOptions {
  /** Base URL of the fraud service. */
  readonly url: string;
  readonly breaker: Breaker;
  readonly load: CrisisMode;
  /** What a responder says: `on` and `off`, or `auto` for what the load says. */
  readonly crisis: () => string;
  readonly onError: (error: unknown) => void;
}

/** Whether payments are fraud: asks the service where it can be asked, else goes by the basic rule. Never rejects, never takes longer than its time-out. */
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
    return { degraded: true, fraud: new Set(payments.filter((one) => isFraudAtFirstSight(one)).map(({ op }) => op)) };
  }

  async #ask(payments: readonly Payment[]): Promise<ReadonlySet<number>> {
    const body = JSON.stringify(
      payments.map(({ op, payer, payee, paise, device }) => ({ id: String(op), payer, payee, paise, device })),
    );
    const answer = await fetch(`${this.#options.url}/score`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(fraudWithinMs),
    });
    const scores: unknown = await answer.json();
    if (!answer.ok) throw new Error(`the fraud service answers ${answer.status}`);
    if (!Array.isArray(scores) || scores.length !== payments.length) throw new Error('the fraud service left some out');
    const fraud = new Set<number>();
    for (const { id, score } of scores as readonly { id: string; score: number }[]) {
      if (score > fraudAbove) fraud.add(Number(id));
    }
    return fraud;
  }
}

/** The basic rule (4447): nobody pays honestly from an emulated device. */
const isFraudAtFirstSight = ({ device }: Payment): boolean => device.startsWith('emulator');
