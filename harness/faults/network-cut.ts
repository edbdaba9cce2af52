import { refusalOf } from './ask-store.ts';
import { network, proxied, silenceMs } from './draw.ts';
import { defineFault } from './fault.ts';
import { span, store } from './parameters.ts';
import { strikeNetwork } from './strike-network.ts';

export const networkCut = defineFault({
  type: 'network-cut',
  summary: 'Nothing passes between the pipeline and a store; connections stay open.',
  parameters: { store, for: span },
  victim: (spec) => spec.store,
  needs: () => ({ proxies: true }),

  strike: (spec, context) =>
    strikeNetwork(spec, context, { type: 'silence' }, async () => {
      return `${await refusalOf(spec.store, context.stack.forTarget)} through the proxy`;
    }),

  draw: {
    places: proxied,
    holdMs: [500, 4_000],
    moreMs: silenceMs,
    parameters: (place, hold) => ({ store: place, for: hold }),
    touches: (place) => [network(place)],
  },
  alertedBy: ['PoolExhausted', 'ConsumerLagHigh', 'DecisionsStalled', 'BreakerOpen', 'ErrorSpike'],
  trials: [
    { with: { store: 'redis', for: '300ms' }, seen: /redis does not answer.*answers through the proxy/ },
    { with: { store: 'kafka', for: '300ms' }, seen: /kafka does not answer.*answers through the proxy/ },
  ],
  page: {
    strikes: 'A cable is cut, not a server.',
    example: { store: 'redis', for: '5s' },
    struckShownBy: 'the store does not answer through the same proxy',
    healedShownBy: 'it answers through it',
    limits: 'as [network-latency](network-latency.md)',
    lookFor: 'Reads and writes that wait forever.',
  },
});
