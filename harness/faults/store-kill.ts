import type { FaultParameters, FaultSpec } from '../scenario/scenario.ts';
import { type Span, wallMs } from '../scenario/time.ts';
import type { Fault } from './fault.ts';
import { span, store } from './parameters.ts';
import { askStore, refusalOf } from './ask-store.ts';
import { partOf } from './victims.ts';

/** SIGKILL of a server of the stack, and its start on the same data. */
export interface StoreKill extends FaultSpec {
  readonly type: 'store-kill';
  /** `kafka`, `redis`, `postgres:main`. */
  readonly store: string;
  readonly downFor: Span;
}

export const storeKill = (parameters: FaultParameters<StoreKill>): StoreKill => ({ ...parameters, type: 'store-kill' });

export const storeKillFault: Fault<StoreKill> = {
  type: 'store-kill',
  summary: 'SIGKILL of Kafka, Redis or a Postgres, which stays down for a while and starts again on the same data.',

  parameters: { store, downFor: span },

  victim: (spec) => spec.store,

  async strike(spec, context) {
    const part = partOf('store-kill', context, spec.store);
    await part.kill();
    return {
      holdMs: wallMs(spec.downFor, context.timeScale),
      verify: () => refusalOf(spec.store, context.stack.direct),
      heal: () => part.start(),
      async verifyHealed() {
        await askStore(spec.store, context.stack.direct);
        return `${spec.store} answers again`;
      },
    };
  },
};
