import type { z } from 'zod';
import type { FaultSpec } from '../scenario/scenario.ts';
import type { Lease, Session } from '../session/session.ts';
import type { UndoCommand } from '../session/undo.ts';
import type { Stack } from '../stack/stack.ts';
import type { TargetProcesses } from '../target/processes.ts';
import type { Target } from '../target/target.ts';

/** What a fault may lay its hands on. */
export interface FaultContext {
  readonly session: Pick<Session, 'lease' | 'folder' | 'spawn'>;
  readonly stack: Stack;
  readonly target: Pick<Target, 'name' | 'needs' | 'metrics' | 'encode'>;
  readonly processes: TargetProcesses;
  /** The stand-ins for what the target calls over HTTP. */
  readonly dependencies: TargetProcesses;
  readonly timeScale: number;
  /** Aborted when the drill ends; a fault still waiting gives up and heals. */
  readonly signal: AbortSignal;
}

/** What the stack and the processes must be started with, so that a fault can strike. */
export interface FaultNeeds {
  /** The target reaches its stores through proxies. */
  readonly proxies?: boolean;
  /** Kafka's log lies on a volume of limited size. */
  readonly logVolume?: boolean;
  /** An agent is loaded into the target's Node processes. */
  readonly agent?: boolean;
}

/**
 * One fault a file: inject → verify that it struck → (held until it ends) → heal → verify that it healed.
 * `verify` and `verifyHealed` resolve to what they saw, in words, and throw where they could not see it;
 * a fault that was not shown to have struck makes the drill inconclusive. Healing twice is harmless.
 */
export interface Fault<Spec extends FaultSpec = FaultSpec> {
  readonly type: Spec['type'];
  /** One sentence for whoever chooses one. */
  readonly summary: string;
  /** Schemas of the spec's parameters by name, without those that every fault has; no other is accepted. */
  readonly parameters: Readonly<Record<string, z.ZodType>>;
  /** Nothing where it is left out. */
  needs?(spec: Spec): FaultNeeds;
  /** The store or dependency that it strikes, as probes call it; none where it strikes the pipeline itself. */
  victim?(spec: Spec): string;
  /** Begins the fault and returns the hold on it. What outlives the harness is done under a lease of the session. */
  strike(spec: Spec, context: FaultContext): Promise<StruckFault>;
}
export interface StruckFault {
  verify(): Promise<string>;
  /** How long it is held before it is healed, wall milliseconds. */
  readonly holdMs: number;
  heal(): Promise<void>;
  verifyHealed(): Promise<string>;
}

/** The time of a lease: the fault's own and this much for its healing; afterwards the janitor heals. */
const healWithinMs = 60_000;

/** A lease on something outside the session's processes, as long as a fault of `holdMs` may need it. */
export const leaseFor = (
  { session }: Pick<FaultContext, 'session'>,
  holdMs: number,
  ...undo: readonly UndoCommand[]
): Lease => session.lease(undo, holdMs + healWithinMs);
