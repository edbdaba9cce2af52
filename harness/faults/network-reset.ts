import { refusalOf } from './ask-store.ts';
import { network, proxied, silenceMs } from './draw.ts';
import { defineFault } from './fault.ts';
import { span, store } from './parameters.ts';
import { strikeNetwork } from './strike-network.ts';

export const networkReset = defineFault({
  type: 'network-reset',
  summary: 'Resets every connection between the pipeline and a store on first use.',
  parameters: { store, for: span },
  victim: (spec) => spec.store,
  needs: () => ({ proxies: true }),

  strike: (spec, context) =>
    strikeNetwork(spec, context, { type: 'reset' }, async () => {
      return `${await refusalOf(spec.store, context.stack.forTarget)} through the proxy`;
    }),

  draw: {
    places: proxied,
    holdMs: [500, 3_000],
    moreMs: silenceMs,
    parameters: (place, hold) => ({ store: place, for: hold }),
    touches: (place) => [network(place)],
  },
  alertedBy: ['PoolExhausted', 'ConsumerLagHigh', 'DecisionsStalled', 'BreakerOpen', 'ErrorSpike'],
  trials: [
    {
      with: { store: 'postgres:main', for: '300ms' },
      seen: /postgres:main does not answer.*answers through the proxy/,
    },
  ],
  page: {
    example: { store: 'postgres:main', for: '5s' },
    struckShownBy: 'the store does not answer through the same proxy',
    healedShownBy: 'it answers through it',
    limits: 'as [network-latency](network-latency.md)',
    lookFor: 'An unhandled error on an idle connection, which ends a Node process.',
  },
});
