import type { FaultParameters, FaultSpec } from '../scenario/scenario.ts';
import { type Span, wallMs } from '../scenario/time.ts';
import type { Fault } from './fault.ts';
import { span, store } from './parameters.ts';
import { answersAgain, refusalOf } from './ask-store.ts';
import { partOf } from './victims.ts';

/** A server of the stack stopped where it stands (SIGSTOP, or the container's pause): open connections, no answer. */
export interface StoreFreeze extends FaultSpec {
  readonly type: 'store-freeze';
  /** `kafka`, `redis`, `postgres:main`. */
  readonly store: string;
  readonly for: Span;
}

export const storeFreeze = (parameters: FaultParameters<StoreFreeze>): StoreFreeze => ({
  ...parameters,
  type: 'store-freeze',
});

export const storeFreezeFault: Fault<StoreFreeze> = {
  type: 'store-freeze',
  summary: 'Kafka, Redis or a Postgres stopped where it stands: connections stay open and nothing answers.',

  parameters: { store, for: span },

  victim: (spec) => spec.store,

  // The server belongs to the session: were the harness killed, it would end with it. Nothing needs a lease.
  async strike(spec, context) {
    const part = partOf('store-freeze', context, spec.store);
    await part.freeze();
    return {
      holdMs: wallMs(spec.for, context.timeScale),
      verify: () => refusalOf(spec.store, context.stack.direct),
      heal: () => part.thaw(),
      async verifyHealed() {
        await answersAgain(spec.store, context.stack.direct);
        return `${spec.store} answers again`;
      },
    };
  },
};
