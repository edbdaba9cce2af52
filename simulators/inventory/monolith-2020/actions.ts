import type { TargetAction } from 'toofan';
import { restarting, turning } from '../../worker/worker-actions.ts';
import { initialSwitches } from './order/switches.ts';
import type { OrderSwitches } from './order/switches.ts';
import { resizedPool } from './settings.ts';

const turn = (summary: string, change: Partial<OrderSwitches>): TargetAction =>
  turning('order-worker', summary, change);

/** What the people on call did that night, and what the resulting playbook says (source 3985-4030, 4117-4150). */
export const actions: Readonly<Record<string, TargetAction>> = {
  'resize-pool': turn(`Lets each order worker open ${resizedPool} connections (source 3994).`, {
    poolSize: resizedPool,
  }),
  'restart-workers': restarting('etl-worker', 'Starts dead processes and restarts the ETL workers (source 4004-4008).'),
  'cached-recommendations': turn('Uses the last known recommendations, without a call (source 4015).', {
    cachedRecommendations: true,
  }),
  'bypass-sync': turn('Reads the books instead of the shelf (source 4022).', { bypassSync: true }),
  'simplified-pipeline': turn('Skips recommendations and books orders in small batches (source 4029).', {
    simplified: true,
  }),
  'shed-load': turn('Turns regular shoppers away and serves premium customers (source 4129-4131).', {
    premiumOnly: true,
  }),
  'freeze-sale': turn('Sheds every order.', { saleFrozen: true }),
  'reopen-sale': turn('Admits everyone again.', {
    premiumOnly: initialSwitches.premiumOnly,
    saleFrozen: initialSwitches.saleFrozen,
  }),
};
