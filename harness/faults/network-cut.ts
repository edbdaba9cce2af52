import type { FaultParameters, FaultSpec } from '../scenario/scenario.ts';
import { type Span } from '../scenario/time.ts';
import { refusalOf } from './ask-store.ts';
import type { Fault } from './fault.ts';
import { span, store } from './parameters.ts';
import { strikeNetwork } from './strike-network.ts';

/** Nothing passes between the pipeline and a store; connections stay open. */
export interface NetworkCut extends FaultSpec {
  readonly type: 'network-cut';
  /** `kafka`, `redis`, `postgres:main`. */
  readonly store: string;
  readonly for: Span;
}

export const networkCut = (parameters: FaultParameters<NetworkCut>): NetworkCut => ({
  ...parameters,
  type: 'network-cut',
});

export const networkCutFault: Fault<NetworkCut> = {
  type: 'network-cut',
  summary: 'Nothing passes between the pipeline and a store; connections stay open.',

  parameters: { store, for: span },
  victim: (spec) => spec.store,
  needs: () => ({ proxies: true }),

  strike: (spec, context) =>
    strikeNetwork(spec, context, { type: 'silence' }, async () => {
      return `${await refusalOf(spec.store, context.stack.forTarget)} through the proxy`;
    }),
};
