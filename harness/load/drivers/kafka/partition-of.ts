/** murmur2 as in Kafka's own Java client, so that a key gets the same partition from every writer. */
export function murmur2(key: Uint8Array): number {
  const m = 0x5bd1_e995;
  const { length } = key;
  const byte = (i: number): number => key[i] ?? 0;
  let h = 0x9747_b28c ^ length;
  const whole = length - (length % 4);
  for (let i = 0; i < whole; i += 4) {
    let k = byte(i) | (byte(i + 1) << 8) | (byte(i + 2) << 16) | (byte(i + 3) << 24);
    k = Math.imul(k, m);
    k ^= k >>> 24;
    h = Math.imul(h, m) ^ Math.imul(k, m);
  }
  if (length > whole) {
    h ^= byte(whole) | (byte(whole + 1) << 8) | (byte(whole + 2) << 16);
    h = Math.imul(h, m);
  }
  h ^= h >>> 13;
  h = Math.imul(h, m);
  return h ^ (h >>> 15);
}

/** The partition of a key, as in Kafka's default partitioner. */
export const partitionOf = (key: Uint8Array, partitions: number): number => (murmur2(key) & 0x7fff_ffff) % partitions;
