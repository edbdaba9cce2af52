import type { FaultParameters, FaultSpec } from '../scenario/scenario.ts';
import { type Span } from '../scenario/time.ts';
import { timeOf } from './ask-store.ts';
import type { Fault } from './fault.ts';
import { span, store, whole } from './parameters.ts';
import { strikeNetwork } from './strike-network.ts';
import { proxyOf } from './victims.ts';

/** Only so many bytes a second pass between the pipeline and a store. */
export interface NetworkBandwidth extends FaultSpec {
  readonly type: 'network-bandwidth';
  /** `kafka`, `redis`, `postgres:main`. */
  readonly store: string;
  /** KiB a second, each way and connection. */
  readonly kibPerSecond: number;
  readonly for: Span;
}

export const networkBandwidth = (parameters: FaultParameters<NetworkBandwidth>): NetworkBandwidth => ({
  ...parameters,
  type: 'network-bandwidth',
});

export const networkBandwidthFault: Fault<NetworkBandwidth> = {
  type: 'network-bandwidth',
  summary: 'Only so many bytes a second pass between the pipeline and a store.',

  parameters: { store, kibPerSecond: whole(1, 1_000_000), for: span },
  victim: (spec) => spec.store,
  needs: () => ({ proxies: true }),

  strike: (spec, context) =>
    strikeNetwork(spec, context, { type: 'bandwidth', kibPerSecond: spec.kibPerSecond }, async () => {
      if (!(await proxyOf(spec.type, context, spec.store).active()).includes('bandwidth'))
        throw new Error('the proxy lets everything pass');
      const took = await timeOf(spec.store, context.stack.forTarget);
      return `${spec.store} answers through ${spec.kibPerSecond} KiB/s in ${took} ms`;
    }),
};
