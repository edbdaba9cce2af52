import type { Producer } from 'kafkajs';
import { sendAll } from '../../../worker/decision-sender.ts';
import type { Message } from '../../../worker/decision-sender.ts';
import { topics } from '../../shared/topics.ts';
import type { Payment } from '../../shared/wire.ts';
import { isSuccess, verdictOf } from '../answers.ts';
import type { Code } from '../answers.ts';

/** Maximum batches on their way to the broker; beyond that nobody is told. */
const atOnce = 8;

/**
 * Tells payees and analytics about payments (source 258-264) without making anybody wait: what cannot be sent soon is dropped.
 */
export class Telling {
  readonly #producer: Producer;
  readonly #onError: (error: unknown) => void;
  #notifications: Message[] = [];
  #events: string[] = [];
  #sending = 0;

  constructor(producer: Producer, onError: (error: unknown) => void) {
    this.#producer = producer;
    this.#onError = onError;
  }

  /** Everything of one turn goes together: one notification each, and one analytics record for all. */
  tell({ op, payer, payee, paise, device }: Payment, answer: Code): void {
    if (this.#events.length === 0) setImmediate(() => this.#send());
    const what = `{"paymentId":"${op}","payer":"${payer}","payee":"${payee}","paise":${paise}`;
    this.#events.push(`${what},"device":${JSON.stringify(device)},"answer":"${verdictOf(answer).answer}"}`);
    if (isSuccess(answer)) this.#notifications.push({ key: payee, value: `${what}}` });
  }

  #send(): void {
    // Analytics has no use for one record each, which would cost as much as an answer.
    const notifications = this.#notifications;
    const events = [{ key: notifications[0]?.key ?? '', value: `[${this.#events.join(',')}]` }];
    [this.#events, this.#notifications] = [[], []];
    if (this.#sending >= atOnce) return;
    this.#sending++;
    const sent = [
      sendAll(this.#producer, topics.analytics, events),
      sendAll(this.#producer, topics.notifications, notifications),
    ];
    Promise.all(sent)
      .catch(this.#onError)
      .finally(() => this.#sending--);
  }
}
