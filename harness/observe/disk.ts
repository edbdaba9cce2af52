import { statfs } from 'node:fs/promises';
import { fiveTimesASecondMs, type Probe } from './probe.ts';

/** Free share of the volume that holds Kafka's log: probe `diskFree`. */
export const diskProbe = (folder: string): Probe => ({
  everyMs: fiveTimesASecondMs,
  async sample() {
    const { bavail, blocks } = await statfs(folder);
    return [{ probe: 'diskFree', subject: 'kafka', value: blocks === 0 ? 1 : bavail / blocks, unit: 'share' }];
  },
});
