import { crc32c } from '@platformatic/kafka';

/** Bytes before the records of a batch (format version 2): base offset … number of records. */
const headerBytes = 61;
/** Maximum size of a record's varints and attributes; keys and values come on top. */
const recordOverhead = 32;
const initialBytes = 4_096;
const crcAt = 17;
const afterCrc = 21;

/**
 * One partition's outgoing records in Kafka's format version 2, uncompressed, written straight into one buffer: at 2 ms ticks a
 * batch holds a handful of records, and building each as an object costs more than sending it.
 */
export class RecordBatch {
  /** Tickets of the records, in order. */
  tickets: number[] = [];
  /** When its first record was added, on the clock of performance.now(). */
  openedAt = 0;
  #bytes = Buffer.allocUnsafe(initialBytes);
  #end = headerBytes;

  get size(): number {
    return this.#end;
  }

  /** Empties it for reuse. Whoever took its tickets keeps them. */
  reset(): void {
    this.tickets = [];
    this.#end = headerBytes;
  }

  append(key: Uint8Array, value: string, ticket: number): void {
    const valueBytes = Buffer.byteLength(value);
    this.#makeRoom(recordOverhead + key.length + valueBytes);
    const offsetDelta = this.tickets.length;
    const body =
      1 +
      1 +
      varintBytes(offsetDelta) +
      varintBytes(key.length) +
      key.length +
      varintBytes(valueBytes) +
      valueBytes +
      1;
    const bytes = this.#bytes;
    let at = writeVarint(bytes, this.#end, body);
    bytes[at++] = 0; // attributes
    bytes[at++] = 0; // timestamp delta
    at = writeVarint(bytes, at, offsetDelta);
    at = writeVarint(bytes, at, key.length);
    bytes.set(key, at);
    at += key.length;
    at = writeVarint(bytes, at, valueBytes);
    at += bytes.write(value, at);
    bytes[at++] = 0; // headers
    this.#end = at;
    this.tickets.push(ticket);
  }

  /** The finished batch, with `timestampMs` on every record; a view that is valid until the next append or reset. */
  seal(timestampMs: number): Buffer {
    const bytes = this.#bytes;
    const records = this.tickets.length;
    bytes.writeBigInt64BE(0n, 0); // base offset
    bytes.writeInt32BE(this.#end - 12, 8); // length of what follows
    bytes.writeInt32BE(-1, 12); // partition leader epoch
    bytes[16] = 2; // magic
    bytes.writeInt16BE(0, afterCrc); // attributes: uncompressed, create time
    bytes.writeInt32BE(records - 1, 23);
    bytes.writeBigInt64BE(BigInt(timestampMs), 27);
    bytes.writeBigInt64BE(BigInt(timestampMs), 35);
    bytes.writeBigInt64BE(-1n, 43); // producer id: not idempotent
    bytes.writeInt16BE(-1, 51);
    bytes.writeInt32BE(-1, 53);
    bytes.writeInt32BE(records, 57);
    bytes.writeUInt32BE(crc32c(bytes.subarray(afterCrc, this.#end)), crcAt);
    return bytes.subarray(0, this.#end);
  }

  #makeRoom(more: number): void {
    if (this.#end + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#end + more));
    this.#bytes.copy(larger, 0, 0, this.#end);
    this.#bytes = larger;
  }
}

/** A signed varint (zigzag) of a non-negative number below 2³⁰. */
function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = value << 1;
  while (rest > 0x7f) {
    bytes[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[at++] = rest;
  return at;
}

const varintBytes = (value: number): number =>
  value < 64 ? 1 : value < 8_192 ? 2 : value < 1_048_576 ? 3 : value < 134_217_728 ? 4 : 5;
