import type { Producer } from 'kafkajs';
import { sendAll } from '../../worker/decision-sender.ts';
import type { Message } from '../../worker/decision-sender.ts';

/** Sends records one at a time for its callers, batching those of one turn, as Kafka's own producer does. */
export class Sending {
  readonly #producer: Producer;
  #waiting = new Map<string, { readonly messages: Message[]; readonly sent: Promise<void> }>();

  constructor(producer: Producer) {
    this.#producer = producer;
  }

  /** Resolves once the broker has it. */
  send(topic: string, message: Message): Promise<void> {
    let group = this.#waiting.get(topic);
    if (group === undefined) {
      const messages: Message[] = [];
      group = { messages, sent: this.#soon(topic, messages) };
      this.#waiting.set(topic, group);
    }
    group.messages.push(message);
    return group.sent;
  }

  async #soon(topic: string, messages: readonly Message[]): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#waiting.delete(topic);
    await sendAll(this.#producer, topic, messages);
  }
}
