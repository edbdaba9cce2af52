import { defineScenario, seed, steady, surge, warmUp } from 'toofan';
import { bigBillionDay } from './big-billion-day.ts';

/** What `npm start` shows first: the sale's real rate, and a verdict about a minute after the install. */
export const sale = defineScenario({
  ...bigBillionDay,
  name: 'sale',
  summary: 'The first seconds of that sale: 1,000 orders/s become 15,000 within 2 s and stay there for 12 s.',
  // The 30-minute legacy batch then runs every 5 s.
  timeScale: 360,
  load: [
    warmUp({ perSecond: 1_000, for: '4s' }),
    steady({ name: 'before', perSecond: 1_000, for: '2s' }),
    surge({ to: 15_000, within: '2s', hold: '12s' }),
    steady({ name: 'after', perSecond: 1_000, for: '2s' }),
  ],
  drainDeadline: '30s',
  sources: [seed('1454-1550'), seed('1727-1792'), seed('3948-3959')],
});
