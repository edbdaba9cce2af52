import type { FaultParameters, FaultSpec } from '../scenario/scenario.ts';
import { type Span, spanProblems, wallMs } from '../scenario/time.ts';
import { askStore, refusalOf } from './ask-store.ts';
import { type Fault, leaseFor } from './fault.ts';
import { store } from './parameters.ts';
import { proxyOf } from './victims.ts';

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

  validate: (spec) => [...store('store', spec.store), ...spanProblems('for', spec.for)],
  victim: (spec) => spec.store,
  needs: () => ({ proxies: true }),

  async strike(spec, context) {
    const proxy = proxyOf('network-cut', context, spec.store);
    const holdMs = wallMs(spec.for, context.timeScale);
    const lease = leaseFor(context, holdMs, proxy.undo('silence'));
    await proxy.add({ type: 'silence' });
    return {
      holdMs,
      async verify() {
        return `${await refusalOf(spec.store, context.stack.forTarget)} through the proxy`;
      },
      async heal() {
        await proxy.remove('silence');
        await lease.end();
      },
      async verifyHealed() {
        if ((await proxy.active()).includes('silence')) throw new Error('the proxy still does it');
        await askStore(spec.store, context.stack.forTarget);
        return `${spec.store} answers through the proxy`;
      },
    };
  },
};
