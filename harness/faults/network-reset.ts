import type { FaultParameters, FaultSpec } from '../scenario/scenario.ts';
import { type Span, spanProblems, wallMs } from '../scenario/time.ts';
import { askStore, refusalOf } from './ask-store.ts';
import { type Fault, leaseFor } from './fault.ts';
import { store } from './parameters.ts';
import { proxyOf } from './victims.ts';

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

  validate: (spec) => [...store('store', spec.store), ...spanProblems('for', spec.for)],
  victim: (spec) => spec.store,
  needs: () => ({ proxies: true }),

  async strike(spec, context) {
    const proxy = proxyOf('network-reset', context, spec.store);
    const holdMs = wallMs(spec.for, context.timeScale);
    const lease = leaseFor(context, holdMs, proxy.undo('reset'));
    await proxy.add({ type: 'reset' });
    return {
      holdMs,
      async verify() {
        return `${await refusalOf(spec.store, context.stack.forTarget)} through the proxy`;
      },
      async heal() {
        await proxy.remove('reset');
        await lease.end();
      },
      async verifyHealed() {
        if ((await proxy.active()).includes('reset')) throw new Error('the proxy still does it');
        await askStore(spec.store, context.stack.forTarget);
        return `${spec.store} answers through the proxy`;
      },
    };
  },
};
