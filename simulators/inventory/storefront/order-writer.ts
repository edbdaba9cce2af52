import type { Producer } from 'kafkajs';
import type { InputRecord } from 'toofan';
import { sendAll } from '../../worker/decision-sender.ts';

interface Written {
  readonly record: InputRecord;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Writes what gathers within a few milliseconds in one request per topic: one request per order would be too expensive. */
export class OrderWriter {
  readonly #producer: Producer;
  readonly #gatherMs: number;
  #gathered: Written[] = [];

  constructor(producer: Producer, gatherMs: number) {
    this.#producer = producer;
    this.#gatherMs = gatherMs;
  }

  /** Resolves once the broker has it; if it rejects, the broker may have it all the same. */
  write(record: InputRecord): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#gathered.length === 0) setTimeout(() => this.#send(), this.#gatherMs);
      this.#gathered.push({ record, resolve, reject });
    });
  }

  #send(): void {
    const gathered = this.#gathered;
    this.#gathered = [];
    for (const [topic, written] of Map.groupBy(gathered, ({ record }) => record.topic)) {
      sendAll(
        this.#producer,
        topic,
        written.map(({ record: { key, value } }) => ({ key, value })),
      ).then(
        () => written.forEach(({ resolve }) => resolve()),
        (error: unknown) => written.forEach(({ reject }) => reject(error)),
      );
    }
  }
}
