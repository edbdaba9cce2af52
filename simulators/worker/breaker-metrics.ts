import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { Breaker } from './breaker.ts';

/** `pipeline_breakers_open`, by breaker: 1 while it is not closed. */
export function breakerMetrics(registry: Registry, breakers: readonly Breaker[]): void {
  const open = new Gauge({
    name: 'pipeline_breakers_open',
    help: '1 if the breaker is open or half open.',
    labelNames: ['breaker'],
    registers: [],
    collect() {
      for (const { name, state } of breakers) this.set({ breaker: name }, state === 'closed' ? 0 : 1);
    },
  });
  registry.registerMetric(open);
}
