import type { FaultParameters, FaultSpec } from '../scenario/scenario.ts';
import { type Span } from '../scenario/time.ts';
import { refusalOf } from './ask-store.ts';
import type { Fault } from './fault.ts';
import { span, store } from './parameters.ts';
import { strikeNetwork } from './strike-network.ts';

/** Every connection between the pipeline and a store is reset as soon as it is used. */
export interface NetworkReset extends FaultSpec {
  readonly type: 'network-reset';
  /** `kafka`, `redis`, `postgres:main`. */
  readonly store: string;
  readonly for: Span;
}

export const networkReset = (parameters: FaultParameters<NetworkReset>): NetworkReset => ({
  ...parameters,
  type: 'network-reset',
});

export const networkResetFault: Fault<NetworkReset> = {
  type: 'network-reset',
  summary: 'Every connection between the pipeline and a store is reset as soon as it is used.',

  parameters: { store, for: span },
  victim: (spec) => spec.store,
  needs: () => ({ proxies: true }),

  strike: (spec, context) =>
    strikeNetwork(spec, context, { type: 'reset' }, async () => {
      return `${await refusalOf(spec.store, context.stack.forTarget)} through the proxy`;
    }),
};
