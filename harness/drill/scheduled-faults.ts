import { setTimeout as delay } from 'node:timers/promises';
import type { FaultContext, StruckFault } from '../faults/fault.ts';
import { faults } from '../faults/registry.ts';
import type { FaultRecord } from '../history/drill-record.ts';
import type { ScheduledFault } from '../scenario/scenario.ts';
import { ms } from '../scenario/time.ts';

export interface TimedFault {
  readonly spec: ScheduledFault['fault'];
  /** Epoch milliseconds of the command. */
  readonly atMs: number;
}

/** Receives each stage: commanded, verified, healed. */
export type OnStage = (name: string, stage: 'commanded' | 'verified' | 'healed' | 'failed', detail: string) => void;

/**
 * Runs every fault at its time and heals it after its hold, or at once if `context.signal` is aborted. `steady` resolves by the
 * first fault's time to the reason why the pipeline is not steady, null if it is. Never rejects: failures are in the record.
 */
export const runFaults = (
  timed: readonly TimedFault[],
  context: FaultContext,
  steady: Promise<string | null>,
  onStage: OnStage,
): Promise<FaultRecord[]> => Promise.all(timed.map((fault) => runFault(fault, context, steady, onStage)));

async function runFault(
  { spec, atMs }: TimedFault,
  context: FaultContext,
  steady: Promise<string | null>,
  onStage: OnStage,
): Promise<FaultRecord> {
  const { signal } = context;
  const fault = faults.get(spec.type);
  const common = {
    name: spec.type,
    recoverWithinMs: spec.recoverWithin === undefined ? null : ms(spec.recoverWithin),
  };
  const skipped = (why: string): FaultRecord => ({
    ...common,
    commandedAt: atMs * 1000,
    verified: false,
    healed: true,
    detail: why,
    verifiedAt: null,
    healedAt: null,
    victim: null,
  });
  const waited = await delay(Math.max(0, atMs - Date.now()), true, { signal }).catch(() => false);
  if (!waited || fault === undefined) return skipped('the drill ended before it was due');
  const unsteady = await steady;
  if (unsteady !== null) return skipped(`skipped: the pipeline was not steady: ${unsteady}`);
  const commandedAt = Date.now() * 1000;
  const stages = new Stages(spec.type, onStage);
  onStage(spec.type, 'commanded', '');
  let struck: StruckFault | undefined;
  const verifiedAt = await stages.see('verified', async () => {
    struck = await fault.strike(spec, context);
    return struck.verify();
  });
  const held = struck;
  let healedAt: number | null = null;
  if (held !== undefined) {
    await delay(held.holdMs, undefined, { signal }).catch(() => {});
    healedAt = await stages.see('healed', async () => {
      await held.heal();
      return held.verifyHealed();
    });
  }
  return {
    ...common,
    commandedAt,
    verified: verifiedAt !== null,
    healed: held === undefined || healedAt !== null,
    detail: stages.said.join('; '),
    verifiedAt,
    healedAt,
    victim: fault.victim?.(spec) ?? null,
    ...(held && { holdMs: held.holdMs }),
  };
}

/** What was observed of one fault, stage by stage. */
class Stages {
  readonly said: string[] = [];
  readonly #type: string;
  readonly #onStage: OnStage;

  constructor(type: string, onStage: OnStage) {
    this.#type = type;
    this.#onStage = onStage;
  }

  /** Epoch µs at which the stage was observed; null if `look` rejects. */
  async see(stage: 'verified' | 'healed', look: () => Promise<string>): Promise<number | null> {
    try {
      const seen = await look();
      this.said.push(seen);
      this.#onStage(this.#type, stage, seen);
      return Date.now() * 1000;
    } catch (error) {
      const why = `not ${stage}: ${briefly(error)}`;
      this.said.push(why);
      this.#onStage(this.#type, 'failed', why);
      return null;
    }
  }
}

const mostCharacters = 300;

/** The reason in one line; a process's log tail would fill the page. */
function briefly(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.length > mostCharacters ? `${line.slice(0, mostCharacters)}…` : line;
}
