import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

import type { Outcome } from './drivers/driver.ts';

/** What the schedule does not know about a sent operation. Times in fractional milliseconds since the epoch. */
export interface Sent {
  readonly op: number;
  readonly attempt: number;
  /** The arrival at which it was planned (a double click is planned later than its order). */
  readonly arrival: number;
  readonly sentAt: number;
  /** NaN without an acknowledgement. */
  readonly ackedAt: number;
  readonly outcome: Outcome;
  readonly error: string | null;
}

const outcomes: readonly Outcome[] = ['ok', 'failed', 'indeterminate'];
/** op, sentAt, ackedAt as float64; arrival as uint32; error as uint16; attempt and outcome as bytes. */
const recordBytes = 32;
const recordsPerChunk = 4_096;
/** Chunks that may wait for the disk: 32 MiB. */
const chunksWaiting = 256;
/** Distinct error texts; any beyond are written as the last. */
const errorsAtMost = 65_535;

/**
 * A file of fixed-size records in settlement order, written in chunks alongside the sending: sending pays some fifty nanoseconds
 * per operation and no memory.
 */
export class Spool implements AsyncDisposable {
  readonly #file: FileHandle;
  readonly #errors = new Map<string, number>();
  readonly #texts: string[] = [];
  readonly #spare: Buffer<ArrayBuffer>[] = [];
  #chunk = newChunk();
  #used = 0;
  #waiting = 0;
  #writes: Promise<void> = Promise.resolve();
  #failure: unknown;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async open(path: string): Promise<Spool> {
    return new Spool(await open(path, 'wx+', 0o600));
  }

  add({ op, attempt, arrival, sentAt, ackedAt, outcome, error }: Sent): void {
    if (this.#failure !== undefined)
      throw new Error('the spool of sent operations cannot be written', { cause: this.#failure });
    const at = this.#used * recordBytes;
    const chunk = this.#chunk;
    chunk.writeDoubleLE(op, at);
    chunk.writeDoubleLE(sentAt, at + 8);
    chunk.writeDoubleLE(ackedAt, at + 16);
    chunk.writeUInt32LE(arrival, at + 24);
    chunk.writeUInt16LE(this.#errorCode(error), at + 28);
    chunk[at + 30] = attempt;
    chunk[at + 31] = outcomes.indexOf(outcome);
    if (++this.#used === recordsPerChunk) this.#writeChunk();
  }

  /** All records in order, several thousand at a time. Nothing can be added after that. */
  async *read(): AsyncGenerator<readonly Sent[]> {
    if (this.#used > 0) this.#writeChunk();
    await this.#writes;
    if (this.#failure !== undefined)
      throw new Error('the spool of sent operations cannot be written', { cause: this.#failure });
    const chunk = newChunk();
    let position = 0;
    for (;;) {
      const { bytesRead } = await this.#file.read(chunk, 0, chunk.length, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield Array.from({ length: bytesRead / recordBytes }, (_, i) => this.#record(chunk, i * recordBytes));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writes;
    await this.#file.close();
  }

  #record(chunk: Buffer, at: number): Sent {
    const code = chunk.readUInt16LE(at + 28);
    return {
      op: chunk.readDoubleLE(at),
      sentAt: chunk.readDoubleLE(at + 8),
      ackedAt: chunk.readDoubleLE(at + 16),
      arrival: chunk.readUInt32LE(at + 24),
      attempt: chunk[at + 30] ?? 0,
      outcome: outcomes[chunk[at + 31] ?? 0] ?? 'indeterminate',
      error: code === 0 ? null : (this.#texts[code - 1] ?? null),
    };
  }

  /** 0 means none. */
  #errorCode(error: string | null): number {
    if (error === null) return 0;
    const known = this.#errors.get(error);
    if (known !== undefined) return known;
    if (this.#texts.length < errorsAtMost) this.#errors.set(error, this.#texts.push(error));
    return this.#texts.length;
  }

  #writeChunk(): void {
    if (this.#waiting >= chunksWaiting) {
      this.#failure = new Error(`the disk is behind by ${chunksWaiting} chunks of ${recordsPerChunk} operations`);
      return;
    }
    const chunk = this.#chunk;
    const bytes = this.#used * recordBytes;
    this.#chunk = this.#spare.pop() ?? newChunk();
    this.#used = 0;
    this.#waiting += 1;
    this.#writes = this.#writeAfter(this.#writes, chunk, bytes);
  }

  async #writeAfter(before: Promise<void>, chunk: Buffer<ArrayBuffer>, bytes: number): Promise<void> {
    await before;
    try {
      await this.#file.write(chunk, 0, bytes);
    } catch (error) {
      this.#failure ??= error;
    }
    this.#waiting -= 1;
    this.#spare.push(chunk);
  }
}

const newChunk = (): Buffer<ArrayBuffer> => Buffer.alloc(recordsPerChunk * recordBytes);
