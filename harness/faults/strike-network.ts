import { type Span, wallMs } from '../scenario/time.ts';
import type { Toxic } from '../stack/stack.ts';
import { askStore } from './ask-store.ts';
import { claim } from './claim.ts';
import { type FaultContext, leaseFor, type StruckFault } from './fault.ts';
import { proxyOf } from './victims.ts';

/** Holds a toxic in the proxy before a store, under a lease; `seen` proves that it struck. */
export async function strikeNetwork(
  { type, store, for: span }: { readonly type: string; readonly store: string; readonly for: Span },
  context: FaultContext,
  toxic: Toxic,
  seen: () => Promise<string>,
): Promise<StruckFault> {
  const proxy = proxyOf(type, context, store);
  const holdMs = wallMs(span, context.timeScale);
  const release = claim(proxy, [toxic.type]);
  const lease = leaseFor(context, holdMs, proxy.undo(toxic.type));
  try {
    await proxy.add(toxic);
  } catch (error) {
    await lease.end();
    release();
    throw error;
  }
  return {
    holdMs,
    verify: seen,
    async heal() {
      await proxy.remove(toxic.type);
      await lease.end();
      release();
    },
    async verifyHealed() {
      if ((await proxy.active()).includes(toxic.type)) throw new Error('the proxy still does it');
      await askStore(store, context.stack.forTarget);
      return `${store} answers through the proxy`;
    },
  };
}
