import type { TargetAction } from 'toofan';
import { restarting, turning } from '../../worker/worker-actions.ts';
import { crisisPool } from './settings.ts';
import { initialSwitches } from './switches.ts';

export const workerName = 'emergency-wallet';

const turn = (summary: string, change: Partial<typeof initialSwitches>): TargetAction =>
  turning(workerName, summary, change);

/** What the people on call could do that night (source 1853-1858, 2435-2448). */
export const actions: Readonly<Record<string, TargetAction>> = {
  'crisis-mode-on': turn('Crisis batches now: large, with fraud and balance checks only (source 2450-2479).', {
    crisisMode: true,
  }),
  'raise-pool': turn(`Lets the workers open ${crisisPool} connections together (source 2432).`, { poolRaised: true }),
  'restart-workers': restarting(workerName, 'Starts dead processes and restarts the wallet workers.'),
};
