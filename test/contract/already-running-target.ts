import { defineTarget } from 'toofan';
import { target as streaming } from '../../simulators/inventory/streaming/target.ts';

/** A pipeline that somebody else runs: the harness does not start, stop or kill any of it. */
export const alreadyRunningTarget = defineTarget({
  ...streaming,
  name: 'test/already-running',
  summary: 'The streaming pipeline, started by somebody else.',
  processes: () => [],
});
