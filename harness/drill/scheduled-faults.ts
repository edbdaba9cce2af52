import { setTimeout as delay } from 'node:timers/promises';
import type { FaultContext, StruckFault } from '../faults/fault.ts';
import { faults } from '../faults/registry.ts';
import type { FaultRecord } from '../history/drill-record.ts';
import type { ScheduledFault } from '../scenario/scenario.ts';
import { ms } from '../scenario/time.ts';

export interface TimedFault {
  readonly spec: ScheduledFault['fault'];
  /** Epoch milliseconds at which it is commanded. */
  readonly atMs: number;
}

/** Told of each stage: commanded, verified, healed. */
export type OnStage = (name: string, stage: 'commanded' | 'verified' | 'healed' | 'failed', detail: string) => void;

/**
 * Runs every fault at its time and heals it after its hold, or at once when `context.signal` is aborted. `steady` says by
 * the first fault's time what keeps the pipeline from being steady; null where nothing does. Never rejects: what could not
 * be shown is in the record.
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
  const recoverWithinMs = spec.recoverWithin === undefined ? null : ms(spec.recoverWithin);
  const notBegun = (why: string): FaultRecord => ({
    name: spec.type,
    commandedAt: atMs * 1000,
    verified: false,
    healed: true,
    detail: why,
    verifiedAt: null,
    healedAt: null,
    recoverWithinMs,
    victim: null,
  });
  const waited = await delay(Math.max(0, atMs - Date.now()), true, { signal }).catch(() => false);
  const fault = faults.get(spec.type);
  if (!waited || fault === undefined) return notBegun('the drill ended before it was due');
  const unsteady = await steady;
  if (unsteady !== null) return notBegun(`it was not begun, because there was no steady state before it: ${unsteady}`);
  const commandedAt = Date.now() * 1000;
  const said: string[] = [];
  /** µs at which a stage was seen; null where it was not. */
  const stage = async (name: 'verified' | 'healed', look: () => Promise<string>): Promise<number | null> => {
    try {
      const seen = await look();
      said.push(seen);
      onStage(spec.type, name, seen);
      return Date.now() * 1000;
    } catch (error) {
      const why = briefly(error);
      said.push(`not ${name}: ${why}`);
      onStage(spec.type, 'failed', `not ${name}: ${why}`);
      return null;
    }
  };
  onStage(spec.type, 'commanded', '');
  let struck: StruckFault | undefined;
  const verifiedAt = await stage('verified', async () => {
    struck = await fault.strike(spec, context);
    return struck.verify();
  });
  const held = struck;
  const record = (healed: boolean, healedAt: number | null): FaultRecord => ({
    name: spec.type,
    commandedAt,
    verified: verifiedAt !== null,
    healed,
    detail: said.join('; '),
    verifiedAt,
    healedAt,
    recoverWithinMs,
    victim: fault.victim?.(spec) ?? null,
    ...(held && { holdMs: held.holdMs }),
  });
  if (held === undefined) return record(true, null);
  await delay(held.holdMs, undefined, { signal }).catch(() => {});
  const healedAt = await stage('healed', async () => {
    await held.heal();
    return held.verifyHealed();
  });
  return record(healedAt !== null, healedAt);
}

const mostCharacters = 300;

/** Why, in a line: what brings the end of a process's log with it would fill the page. */
function briefly(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.length > mostCharacters ? `${line.slice(0, mostCharacters)}…` : line;
}
