import { wallMs } from '../scenario/time.ts';
import { processes, someOf } from './draw.ts';
import { defineFault } from './fault.ts';
import { ofProcesses, span } from './parameters.ts';
import { namesOf, startAgain, victimsOf } from './victims.ts';

export const workerCrash = defineFault({
  type: 'worker-crash',
  summary: "Kills some of the pipeline's processes with SIGKILL, and restarts them after a while.",
  parameters: { ...ofProcesses, downFor: span },

  async strike(spec, context) {
    const victims = victimsOf('worker-crash', context, spec);
    await Promise.all(victims.map((victim) => victim.kill()));
    return {
      holdMs: wallMs(spec.downFor, context.timeScale),
      async verify() {
        const alive = victims.filter((victim) => victim.pid !== undefined);
        if (alive.length > 0) throw new Error(`still alive: ${namesOf(alive)}`);
        return `killed ${namesOf(victims)}`;
      },
      async heal() {
        await Promise.all(victims.map(startAgain));
      },
      async verifyHealed() {
        const down = victims.filter((victim) => victim.pid === undefined);
        if (down.length > 0) throw new Error(`still down: ${namesOf(down)}`);
        return `${namesOf(victims)} ready again`;
      },
    };
  },

  draw: {
    places: processes,
    holdMs: [300, 3_000],
    moreMs: 5_000,
    parameters: (process, downFor, dice, offer) => ({ process, count: someOf(process, dice, offer), downFor }),
  },
  alertedBy: ['ProcessDown', 'ConsumerLagHigh', 'DecisionsStalled'],
  runbookOf: ['ProcessDown', 'DecisionsStalled'],
  trials: [
    {
      with: { count: 1, downFor: '300ms' },
      seen: /killed inventory-worker-0; inventory-worker-0 ready again/,
    },
  ],
  page: {
    strikes: 'They stay down for `downFor` and start again on the same port.',
    example: { process: 'etl-worker', count: 1, downFor: '2s' },
    struckShownBy: 'the killed processes are gone from the process table',
    healedShownBy: 'each answers on its readiness path again',
    limits: 'a target with `processes: []` has none to strike',
    lookFor:
      'Exactly-once that is only claimed: a kill falls between commit and answer, or between answer and offset. The group reassigns the partitions only after the session timeout.',
  },
});
