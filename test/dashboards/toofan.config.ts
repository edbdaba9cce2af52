import { at, defineConfig, defineScenario } from 'toofan';
import { brokerDiskFull, dependencyDown, workerFreeze } from 'toofan/faults';
import { lackingForVolume } from '../../harness/stack/tools/log-volume.ts';
import { smoke } from '../../scenarios/smoke.ts';

/** A volume for the broker's log, and its fault, only if this machine can create one. */
const fullDisk =
  lackingForVolume() === null ? [at({ phase: 'after', after: '0s' }, brokerDiskFull({ for: '2s' }))] : [];

/**
 * What the first try lacks: failures, so that breakers open, errors are counted and alerts fire; and workers that answer nobody.
 */
export default defineConfig({
  scenarios: [
    defineScenario({
      ...smoke,
      name: 'smoke-with-failures',
      faults: [
        at({ phase: 'surge', after: '1s' }, dependencyDown({ dependency: 'recommendations', for: '3s' })),
        ...fullDisk,
      ],
    }),
    defineScenario({
      ...smoke,
      name: 'smoke-standing-still',
      faults: [at({ phase: 'surge', after: '0s' }, workerFreeze({ count: 2, for: '5s' }))],
    }),
  ],
});
