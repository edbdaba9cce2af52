import type { TargetAction } from 'toofan';
import { restarting, turning } from '../../worker/worker-actions.ts';
import { raisedPool, workers } from './settings.ts';

export const workerName = 'legacy-wallet';

/** What the people on call could do that night (source 1856-1858, 2431-2432). */
export const actions: Readonly<Record<string, TargetAction>> = {
  'raise-pool': turning(workerName, `Lets the workers open ${raisedPool} connections together (source 2432).`, {
    poolSize: raisedPool / workers,
  }),
  'restart-workers': restarting(workerName, 'Starts dead processes and restarts the wallet workers.'),
};
