import { wallMs } from '../scenario/time.ts';
import { living } from '../session/process-rows.ts';
import { processes, someOf } from './draw.ts';
import { defineFault, leaseFor } from './fault.ts';
import { ofProcesses, span } from './parameters.ts';
import { stoppedShare } from './stopped-share.ts';
import { namesOf, victimsOf } from './victims.ts';

export const workerFreeze = defineFault({
  type: 'worker-freeze',
  summary: "Stops some of the pipeline's processes with SIGSTOP: their connections stay open and nothing answers.",
  parameters: { ...ofProcesses, for: span },

  async strike(spec, context) {
    const victims = victimsOf('worker-freeze', context, spec);
    const holdMs = wallMs(spec.for, context.timeScale);
    const pids = victims.flatMap(({ pid }) => pid ?? []);
    const lease = leaseFor(context, holdMs, ['sh', '-c', 'kill -CONT "$@" 2>&- || :', 'sh', ...pids.map(String)]);
    await Promise.all(victims.map((victim) => victim.freeze()));
    return {
      holdMs,
      async verify() {
        if (pids.length < victims.length) throw new Error(`some were down already: ${namesOf(victims)}`);
        const share = Math.min(...(await Promise.all(pids.map((pid) => stoppedShare(pid, 100)))));
        if (share < 1) throw new Error(`not stopped throughout: ${namesOf(victims)}`);
        return `${namesOf(victims)} stopped`;
      },
      async heal() {
        await Promise.all(victims.map((victim) => victim.thaw()));
        await lease.end();
      },
      async verifyHealed() {
        const left = await living(pids);
        const share = Math.max(0, ...(await Promise.all(left.map((pid) => stoppedShare(pid, 100)))));
        if (share > 0) throw new Error(`still stopped: ${namesOf(victims)}`);
        return `${namesOf(victims)} run again`;
      },
    };
  },

  draw: {
    places: processes,
    holdMs: [300, 5_000],
    moreMs: 1_000,
    parameters: (process, hold, dice, offer) => ({ process, count: someOf(process, dice, offer), for: hold }),
  },
  alertedBy: ['ProcessDown', 'ConsumerLagHigh', 'DecisionsStalled'],
  trials: [{ with: { count: 1, for: '300ms' }, seen: /inventory-worker-0 stopped; inventory-worker-0 run again/ }],
  page: {
    strikes: 'To the operating system they are alive.',
    example: { count: 1, for: '5s' },
    struckShownBy: "every sample of the process's state over 100 ms shows it stopped",
    healedShownBy: 'no sample shows it stopped',
    limits: 'a target with `processes: []` has none to strike',
    lookFor:
      'A zombie: a worker that resumes after its session expired and works on partitions that another worker now owns.',
  },
});
