import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { fiveTimesASecondMs, type Probe } from '../probe.ts';

const written = Buffer.alloc(4096, 1);

/**
 * How long a small write and its fsync take in `folder`: probe `machine`, subject `fsync`, ms. One at a time; a slow one's sample
 * covers its whole duration.
 */
export async function fsyncProbe(folder: string): Promise<Probe & AsyncDisposable> {
  const file = await open(join(folder, 'fsync.probe'), 'w');
  return {
    everyMs: fiveTimesASecondMs,
    async sample() {
      const begun = performance.now();
      await file.write(written, 0, written.length, 0);
      await file.sync();
      return [{ probe: 'machine', subject: 'fsync', value: performance.now() - begun, unit: 'ms' }];
    },
    [Symbol.asyncDispose]: () => file.close(),
  };
}
