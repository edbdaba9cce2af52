import { timeOf } from './ask-store.ts';
import { network, proxied } from './draw.ts';
import { defineFault } from './fault.ts';
import { span, store, whole } from './parameters.ts';
import { strikeNetwork } from './strike-network.ts';

export const networkLatency = defineFault({
  type: 'network-latency',
  summary: 'Delays every answer of a store: a slow network, or a slow store.',
  parameters: {
    store,
    latencyMs: whole(1, 60_000).describe('added to each round trip, ms'),
    jitterMs: whole(0, 60_000).describe('variation either way, ms; none by default').optional(),
    for: span,
  },
  victim: (spec) => spec.store,
  needs: () => ({ proxies: true }),

  strike: (spec, context) =>
    strikeNetwork(
      spec,
      context,
      { type: 'latency', latencyMs: spec.latencyMs, jitterMs: spec.jitterMs ?? 0 },
      async () => {
        const took = await timeOf(spec.store, context.stack.forTarget);
        if (took < spec.latencyMs - (spec.jitterMs ?? 0)) throw new Error(`an answer took only ${took} ms`);
        return `an answer of ${spec.store} takes ${took} ms through the proxy`;
      },
    ),

  draw: {
    places: proxied,
    holdMs: [500, 4_000],
    moreMs: 2_000,
    parameters: (place, hold, dice) => {
      const latencyMs = dice.between(20, 500, 20);
      return { store: place, latencyMs, jitterMs: dice.between(0, latencyMs / 2, 10), for: hold };
    },
    touches: (place) => [network(place)],
  },
  alertedBy: ['PoolExhausted', 'ConsumerLagHigh', 'DecisionsStalled', 'BreakerOpen', 'ErrorSpike'],
  trials: [
    {
      with: { store: 'postgres:main', latencyMs: 200, for: '300ms' },
      seen: /an answer of postgres:main takes \d+ ms through the proxy/,
    },
    { with: { store: 'kafka', latencyMs: 200, for: '300ms' }, seen: /an answer of kafka takes \d+ ms/ },
  ],
  page: {
    strikes: "A proxy on the pipeline's connections adds the delay.",
    example: { store: 'postgres:main', latencyMs: 200, jitterMs: 50, for: '10s' },
    struckShownBy: 'the time an answer takes through the same proxy',
    healedShownBy: 'the proxy no longer does it, and the store answers through it',
    limits:
      'Toxiproxy: on PATH as `toxiproxy-server`, or built once by Go; a stack that Toofan starts (local or containers)',
    lookFor: 'Throughput that falls with the round trips per batch.',
  },
});
