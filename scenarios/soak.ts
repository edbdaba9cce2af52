import { decided, drained, shedShare } from 'toofan/objectives';
import { defineScenario, seed, steady, surge, warmUp } from 'toofan';
import { bigBillionDay } from './big-billion-day.ts';

/**
 * What `toofan soak` drills with: a small surge, rich in cancellations, returns, restocks and double clicks, long enough for
 * faults to strike and for recovery. Each seed draws its own faults; run by itself it has none.
 */
export const soak = defineScenario({
  ...bigBillionDay,
  name: 'soak',
  summary: 'Twenty seconds: 1,000 orders/s become 3,000; `toofan soak` draws faults into it from each seed.',
  timeScale: 450,
  world: { ...bigBillionDay.world, products: 300, doublePress: 0.02 },
  load: [
    warmUp({ perSecond: 1_000, for: '3s' }),
    // The normal rate (3951-3953), then as much above it as a machine can take that also restarts its stores.
    steady({ name: 'before', perSecond: 1_000, for: '3s' }),
    surge({ to: 3_000, within: '1s', hold: '8s' }),
    steady({ name: 'after', perSecond: 1_000, for: '8s' }),
  ],
  mix: { cancellation: 0.1, return: 0.05, restock: 0.03 },
  objectives: [
    // The incident's lag was 45 min (4248), 6 s at this time scale; restarts, which do not compress, come on top.
    drained({ within: '60s' }),
    // Of everything planned: a broker that is down for most of the surge, as when its disk was full (3996-4002), accepts no
    // orders meanwhile. For everything that reached its log, `drained` and the invariants hold the pipeline to account.
    decided({ atLeast: 0.2 }),
    // As many as may go unanswered: an order that waited too long for a part that was down is turned away on purpose (4129-4133).
    shedShare({ below: 0.8 }),
  ],
  // For any pipeline and any faults: double clicks are in the log.
  reach: ['duplicate'],
  drainDeadline: '90s',
  sources: [seed('1454-1550'), seed('3950-3959'), seed('3996-4002'), seed('4129-4133'), seed('4248')],
});
