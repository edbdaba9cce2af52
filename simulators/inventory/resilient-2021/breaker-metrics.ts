import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { Breaker } from './breaker.ts';

/** `inventory_breakers_open`, by breaker: 1 while it is not closed. */
export function breakerMetrics(registry: Registry, breakers: readonly Breaker[]): void {
  new Gauge({
    name: 'inventory_breakers_open',
    help: 'Whether a breaker is open or half open.',
    labelNames: ['breaker'],
    registers: [registry],
    collect() {
      for (const { name, state } of breakers) this.set({ breaker: name }, state === 'closed' ? 0 : 1);
    },
  });
}
