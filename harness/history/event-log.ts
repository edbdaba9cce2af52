import type { Recorder } from './recorder.ts';
import type { Row } from './schema.ts';

/** The history's events. They come from several places at once, and the recorder takes one call at a time. */
export class EventLog {
  readonly #recorder: Recorder;
  #tail: Promise<void> = Promise.resolve();

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  add(event: Row<'events'>): void {
    this.#tail = this.#tail.then(() => this.#recorder.append('events', [event]));
    // written() handles rejections.
    this.#tail.catch(() => {});
  }

  written(): Promise<void> {
    return this.#tail;
  }
}
