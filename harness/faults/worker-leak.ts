import { rm, writeFile } from 'node:fs/promises';
import { unavailable } from '../errors.ts';
import { residentMiB } from '../observe/memory.ts';
import { wallMs } from '../scenario/time.ts';
import type { AgentOrders } from './agent.ts';
import { someOf } from './draw.ts';
import { defineFault } from './fault.ts';
import { ofProcesses, span, whole } from './parameters.ts';
import { namesOf, victimsOf } from './victims.ts';
import { eventually, NotYet } from '../eventually.ts';

const seenWithinMs = 10_000;
const lookEveryMs = 100;

export const workerLeak = defineFault({
  type: 'worker-leak',
  summary: "Leaks memory in some of the pipeline's Node processes until they reach their heap limit.",
  parameters: {
    ...ofProcesses,
    mibPerSecond: whole(1, 1_000).describe('memory leaked per process, MiB per second'),
    for: span,
  },
  needs: () => ({ agent: true }),

  async strike(spec, context) {
    const victims = victimsOf('worker-leak', context, spec);
    const notNode = victims.filter(({ spec: { command } }) => !/(^|\/)node$/.test(command[0]));
    if (notNode.length > 0)
      throw unavailable(`worker-leak: ${namesOf(notNode)} is not a Node process: cannot load the agent`);
    const before = await Promise.all(victims.map(({ pid }) => memoryOf(pid)));
    const since = Date.now();
    const orders: AgentOrders = { leakMibPerSecond: spec.mibPerSecond };
    const files = victims.flatMap(({ agentFile }) => agentFile ?? []);
    await Promise.all(files.map((file) => writeFile(file, JSON.stringify(orders))));
    const ranOut = () => victims.filter(({ lastEnd }) => lastEnd !== undefined && lastEnd.atMs >= since);
    return {
      holdMs: wallMs(spec.for, context.timeScale),
      async verify() {
        // At least half a second's worth, beyond what the collector frees and the heap had in reserve.
        const enough = Math.max(8, spec.mibPerSecond / 2);
        const look = async () => {
          const ended = ranOut();
          if (ended.length > 0) return `${namesOf(ended)} ran out of memory: ${ended[0]?.lastEnd?.how ?? ''}`;
          const now = await Promise.all(victims.map(({ pid }) => memoryOf(pid)));
          const grown = Math.min(...now.map((mib, index) => mib - (before[index] ?? 0)));
          const perSecond = ((grown / (Date.now() - since)) * 1000).toFixed(1);
          if (grown >= enough) return `${namesOf(victims)} grow by ${perSecond} MiB/s`;
          return new NotYet(`grew by only ${perSecond} MiB/s`);
        };
        return eventually(look, { withinMs: seenWithinMs, everyMs: lookEveryMs, signal: context.signal });
      },
      async heal() {
        await Promise.all(files.map((file) => rm(file, { force: true })));
        // Those that ran out of memory and were not restarted since.
        await Promise.allSettled(victims.filter(({ pid }) => pid === undefined).map((victim) => victim.start()));
      },
      async verifyHealed() {
        // Something else may be restarting them right now.
        const look = () => {
          const down = victims.filter(({ pid }) => pid === undefined);
          return Promise.resolve(down.length === 0 ? undefined : new NotYet(`still down: ${namesOf(down)}`));
        };
        await eventually(look, { withinMs: seenWithinMs, everyMs: lookEveryMs });
        const ended = ranOut();
        return `${namesOf(victims)} no longer leak${ended.length > 0 ? `; ${namesOf(ended)} had run out of memory (${ended[0]?.lastEnd?.how ?? ''})` : ''}`;
      },
    };
  },

  draw: {
    places: (offer) => offer.processes.filter(({ isNode }) => isNode).map((process) => process.name),
    holdMs: [2_000, 4_000],
    moreMs: 5_000,
    parameters: (process, hold, dice, offer) => ({
      process,
      count: someOf(process, dice, offer),
      mibPerSecond: dice.between(20, 80, 10),
      for: hold,
    }),
  },
  alertedBy: ['MemoryHigh', 'ProcessDown', 'ConsumerLagHigh', 'DecisionsStalled'],
  runbookOf: ['MemoryHigh'],
  trials: [
    {
      with: { count: 1, mibPerSecond: 60, for: '6s' },
      seen: /grow by .* MiB\/s; .*had run out of memory \(it ended with/,
    },
  ],
  page: {
    strikes: "An agent inside Node, loaded before the pipeline's own code, keeps that many MiB per second on the heap.",
    example: { process: 'etl-worker', mibPerSecond: 20, for: '30s' },
    struckShownBy: "resident memory grows by at least half a second's worth, or the process has already ended",
    healedShownBy: 'the processes run and no longer leak; the detail says whether they ran out of memory',
    limits: "the process must be Node (`--import`); the pipeline's code needs no change",
    lookFor:
      'An exit in the middle of a batch, at an arbitrary moment; who restarts the process, and how soon anyone notices.',
  },
});

const memoryOf = async (pid: number | undefined): Promise<number> =>
  pid === undefined ? 0 : ((await residentMiB(pid)) ?? 0);
