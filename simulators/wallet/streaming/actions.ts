import type { TargetAction } from 'toofan';
import { restarting, turning } from '../../worker/worker-actions.ts';
import type { PaymentSwitches } from './switches.ts';

export const paymentWorker = 'payment-worker';

const turn = (summary: string, switches: PaymentSwitches): TargetAction => turning(paymentWorker, summary, switches);

/** What a responder can do. */
export const actions: Readonly<Record<string, TargetAction>> = {
  'restart-workers': restarting(paymentWorker, 'Kills and restarts the payment workers, and starts whatever is down.'),
  'crisis-mode-on': turn('Decides payments by the basic fraud rule alone and reviews them later.', {
    crisisMode: 'on',
  }),
  'crisis-mode-off': turn('Calls the fraud service at any load, as long as it answers.', {
    crisisMode: 'off',
  }),
  'crisis-mode-auto': turn('Enters and leaves crisis mode by the measured load.', { crisisMode: 'auto' }),
};
