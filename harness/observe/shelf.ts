import type { ReadModelReader } from '../target/target.ts';
import { readModelProbe } from '../history/schema.ts';
import { fiveTimesASecondMs, type Probe } from './probe.ts';

/** Reads the shelf as customers would: the keys of operations planned around now. */
export const shelfProbe = (shelf: ReadModelReader, keysToRead: () => string[]): Probe => ({
  everyMs: fiveTimesASecondMs,
  async sample() {
    const keys = keysToRead();
    const values = await shelf.read(keys);
    return values.map((value, index) => ({
      probe: readModelProbe,
      subject: keys[index] ?? null,
      value,
      unit: 'units',
    }));
  },
});
