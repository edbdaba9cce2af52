import { timeOf } from './ask-store.ts';
import { network, proxied, silenceMs } from './draw.ts';
import { defineFault } from './fault.ts';
import { span, store, whole } from './parameters.ts';
import { strikeNetwork } from './strike-network.ts';
import { proxyOf } from './victims.ts';

export const networkBandwidth = defineFault({
  type: 'network-bandwidth',
  summary: 'Limits the bytes per second between the pipeline and a store.',
  parameters: {
    store,
    kibPerSecond: whole(1, 1_000_000).describe('KiB per second, per direction and connection'),
    for: span,
  },
  victim: (spec) => spec.store,
  needs: () => ({ proxies: true }),

  strike: (spec, context) =>
    strikeNetwork(spec, context, { type: 'bandwidth', kibPerSecond: spec.kibPerSecond }, async () => {
      if (!(await proxyOf(spec.type, context, spec.store).active()).includes('bandwidth'))
        throw new Error('the proxy passes everything');
      const took = await timeOf(spec.store, context.stack.forTarget);
      return `${spec.store} answers through ${spec.kibPerSecond} KiB/s in ${took} ms`;
    }),

  draw: {
    places: proxied,
    holdMs: [500, 4_000],
    moreMs: silenceMs,
    parameters: (place, hold, dice) => ({ store: place, kibPerSecond: dice.between(32, 512, 32), for: hold }),
    touches: (place) => [network(place)],
  },
  alertedBy: ['PoolExhausted', 'ConsumerLagHigh', 'DecisionsStalled', 'BreakerOpen', 'ErrorSpike'],
  trials: [{ with: { store: 'redis', kibPerSecond: 8, for: '300ms' }, seen: /through 8 KiB\/s/ }],
  page: {
    example: { store: 'kafka', kibPerSecond: 512, for: '10s' },
    struckShownBy: 'the proxy reports it, and the store answers through it',
    healedShownBy: 'the proxy no longer does it, and the store answers through it',
    limits: 'as [network-latency](network-latency.md)',
    lookFor: 'Batches sized for a fast network.',
  },
});
