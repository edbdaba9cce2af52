import { compressionsAlgorithms } from '@platformatic/kafka';

/**
 * The header of snappy data from Java clients and brokers: after it and two versions come blocks, each preceded by its length.
 */
const magic = Buffer.from([0x82, ...Buffer.from('SNAPPY'), 0]);
const headerBytes = magic.length + 8;
const lengthBytes = 4;

/**
 * Our Kafka client reads snappy as one block, as C and Go write it; this makes it read Java's blocks too, in this process.
 * github.com/xerial/snappy-java, SnappyInputStream.
 */
export function readJavaSnappy(): void {
  const snappy: { decompressSync: typeof compressionsAlgorithms.snappy.decompressSync } = compressionsAlgorithms.snappy;
  if (snappy.decompressSync.name === javaSnappy) return;
  const oneBlock = snappy.decompressSync;
  const either = (data: Parameters<typeof oneBlock>[0]): Buffer => {
    const bytes = Buffer.isBuffer(data) ? data : data.buffer;
    if (!bytes.subarray(0, magic.length).equals(magic)) return oneBlock(bytes);
    return Buffer.concat(blocksOf(bytes).map(oneBlock));
  };
  snappy.decompressSync = Object.defineProperty(either, 'name', { value: javaSnappy });
}
const javaSnappy = 'javaSnappy';

function blocksOf(bytes: Buffer): Buffer[] {
  const blocks: Buffer[] = [];
  for (let at = headerBytes; at < bytes.length;) {
    const begins = at + lengthBytes;
    at = begins + bytes.readInt32BE(at);
    if (at <= begins || at > bytes.length) throw new Error('a snappy block that is longer than the batch');
    blocks.push(bytes.subarray(begins, at));
  }
  return blocks;
}
