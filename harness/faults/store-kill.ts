import { wallMs } from '../scenario/time.ts';
import { ownStores, serverAndNetwork } from './draw.ts';
import { defineFault } from './fault.ts';
import { span, store } from './parameters.ts';
import { askStore, refusalOf } from './ask-store.ts';
import { partOf } from './victims.ts';

export const storeKill = defineFault({
  type: 'store-kill',
  summary: 'Kills Kafka, Redis or a Postgres with SIGKILL, and restarts it on the same data after a while.',
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

  draw: {
    places: ownStores,
    holdMs: [300, 2_000],
    // A killed broker registers again when its old session of 3 s has expired, plus some time to start.
    moreMs: (place) => (place === 'kafka' ? 8_000 : 3_000),
    parameters: (place, downFor) => ({ store: place, downFor }),
    touches: serverAndNetwork,
  },
  alertedBy: ['StoreDown', 'BreakerOpen', 'DecisionsStalled', 'ErrorSpike', 'KeysLost'],
  runbookOf: ['StoreDown'],
  trials: [
    { with: { store: 'redis', downFor: '300ms' }, seen: /redis does not answer.*redis answers again/ },
    {
      with: { store: 'postgres:main', downFor: '300ms' },
      seen: /postgres:main does not answer.*postgres:main answers again/,
    },
    { with: { store: 'kafka', downFor: '300ms' }, seen: /kafka does not answer.*kafka answers again/ },
  ],
  page: {
    strikes: 'It keeps its port.',
    example: { store: 'postgres:main', downFor: '3s' },
    struckShownBy: 'the server does not answer over its own protocol',
    healedShownBy: 'it answers',
    limits: 'a stack that Toofan starts (local or containers)',
    lookFor:
      "Clients that give up for good; commits with unknown outcome; Kafka's own recovery, whose seconds the time scale does not compress.",
  },
});
