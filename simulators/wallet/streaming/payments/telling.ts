import type { Producer } from 'kafkajs';
import type { Message } from '../../../worker/decision-sender.ts';
import { topics } from '../../shared/topics.ts';
import type { Payment } from '../../shared/wire.ts';
import { isSuccess, verdictOf } from '../answers.ts';
import type { Code } from '../answers.ts';

/** Requests to the broker at once; beyond that nobody is told. */
const atOnce = 8;

/** Tells payees and analytics of payments (source 258-264) without making anybody wait: what cannot be sent soon is dropped. */
export class Telling {
  readonly #producer: Producer;
  readonly #onError: (error: unknown) => void;
  #notifications: Message[] = [];
  #events: Message[] = [];
  #sending = 0;

  constructor(producer: Producer, onError: (error: unknown) => void) {
    this.#producer = producer;
    this.#onError = onError;
  }

  /** What is told within one turn goes together. */
  tell({ op, payer, payee, paise, device }: Payment, answer: Code): void {
    if (this.#events.length === 0) setImmediate(() => this.#send());
    const what = `"paymentId":"${op}","payer":"${payer}","payee":"${payee}","paise":${paise}`;
    this.#events.push({
      key: payer,
      value: `{${what},"device":${JSON.stringify(device)},"answer":"${verdictOf(answer).answer}"}`,
    });
    if (isSuccess(answer)) this.#notifications.push({ key: payee, value: `{${what}}` });
  }

  #send(): void {
    const topicMessages = [
      { topic: topics.analytics, messages: this.#events },
      { topic: topics.notifications, messages: this.#notifications },
    ].filter(({ messages }) => messages.length > 0);
    [this.#events, this.#notifications] = [[], []];
    if (this.#sending >= atOnce) return;
    this.#sending++;
    this.#producer
      .sendBatch({ acks: 1, topicMessages })
      .catch(this.#onError)
      .finally(() => this.#sending--);
  }
}
