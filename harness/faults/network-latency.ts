import type { FaultParameters, FaultSpec } from '../scenario/scenario.ts';
import { type Span } from '../scenario/time.ts';
import { timeOf } from './ask-store.ts';
import type { Fault } from './fault.ts';
import { span, store, whole } from './parameters.ts';
import { strikeNetwork } from './strike-network.ts';

/** Every answer of a store comes later: a slow network, or a slow store. */
export interface NetworkLatency extends FaultSpec {
  readonly type: 'network-latency';
  /** `kafka`, `redis`, `postgres:main`. */
  readonly store: string;
  /** Added to each round trip, ms. */
  readonly latencyMs: number;
  /** It varies by this much either way; not at all where it is left out. */
  readonly jitterMs?: number;
  readonly for: Span;
}

export const networkLatency = (parameters: FaultParameters<NetworkLatency>): NetworkLatency => ({
  ...parameters,
  type: 'network-latency',
});

export const networkLatencyFault: Fault<NetworkLatency> = {
  type: 'network-latency',
  summary: 'Every answer of a store comes later: a slow network, or a slow store.',

  parameters: { store, latencyMs: whole(1, 60_000), jitterMs: whole(0, 60_000).optional(), for: span },
  victim: (spec) => spec.store,
  needs: () => ({ proxies: true }),

  strike: (spec, context) =>
    strikeNetwork(
      spec,
      context,
      { type: 'latency', latencyMs: spec.latencyMs, jitterMs: spec.jitterMs ?? 0 },
      async () => {
        const took = await timeOf(spec.store, context.stack.forTarget);
        if (took < spec.latencyMs - (spec.jitterMs ?? 0)) throw new Error(`an answer took ${took} ms only`);
        return `an answer of ${spec.store} takes ${took} ms through the proxy`;
      },
    ),
};
