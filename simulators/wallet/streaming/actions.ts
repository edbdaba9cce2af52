import type { TargetAction } from 'toofan';
import { restarting, turning } from '../../worker/worker-actions.ts';
import type { PaymentSwitches } from './switches.ts';

export const paymentWorker = 'payment-worker';

const turn = (summary: string, switches: PaymentSwitches): TargetAction => turning(paymentWorker, summary, switches);

/** What a responder can do. */
export const actions: Readonly<Record<string, TargetAction>> = {
  'restart-workers': restarting(
    paymentWorker,
    'Payment workers are killed and start anew, and with them whatever is down.',
  ),
  'crisis-mode-on': turn('Payments go by the basic fraud rule alone and are reviewed later.', { crisisMode: 'on' }),
  'crisis-mode-off': turn('The fraud service is asked whatever the load, as long as it answers.', {
    crisisMode: 'off',
  }),
  'crisis-mode-auto': turn('Crisis mode is entered and left as the measured load says.', { crisisMode: 'auto' }),
};
