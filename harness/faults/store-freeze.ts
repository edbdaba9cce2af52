import { wallMs } from '../scenario/time.ts';
import { ownStores, serverAndNetwork, silenceMs } from './draw.ts';
import { defineFault } from './fault.ts';
import { span, store } from './parameters.ts';
import { answersAgain, refusalOf } from './ask-store.ts';
import { partOf } from './victims.ts';

export const storeFreeze = defineFault({
  type: 'store-freeze',
  summary: 'Stops Kafka, Redis or a Postgres with SIGSTOP: connections stay open and nothing answers.',
  parameters: { store, for: span },
  victim: (spec) => spec.store,

  // The server belongs to the session and would end with a killed harness, so this needs no lease.
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

  draw: {
    places: ownStores,
    holdMs: [300, 4_000],
    moreMs: silenceMs,
    parameters: (place, hold) => ({ store: place, for: hold }),
    touches: serverAndNetwork,
  },
  alertedBy: ['StoreDown', 'StoreSlow', 'BreakerOpen', 'DecisionsStalled'],
  runbookOf: ['StoreSlow'],
  trials: [
    { with: { store: 'redis', for: '300ms' }, seen: /redis does not answer.*redis answers again/ },
    {
      with: { store: 'postgres:main', for: '300ms' },
      seen: /postgres:main does not answer.*postgres:main answers again/,
    },
    { with: { store: 'kafka', for: '300ms' }, seen: /kafka does not answer.*kafka answers again/ },
  ],
  page: {
    strikes: "SIGSTOP of the whole process tree, or the container's pause.",
    example: { store: 'kafka', for: '5s' },
    struckShownBy: 'the server does not answer within three seconds',
    healedShownBy: 'it answers',
    limits: 'a stack that Toofan starts (local or containers)',
    lookFor: 'Calls without a timeout. A kill is kinder: it resets the connections.',
  },
});
