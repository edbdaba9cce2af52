import type { FaultSpec } from '../scenario/scenario.ts';
import type { Stack } from '../stack/stack.ts';
import type { TargetProcesses } from '../target/processes.ts';

/** What a fault may lay its hands on. */
export interface FaultContext {
  readonly stack: Stack;
  readonly processes: TargetProcesses;
  readonly timeScale: number;
  /** Aborted when the drill ends; a fault still waiting gives up and heals. */
  readonly signal: AbortSignal;
}

/**
 * One fault a file: inject → verify that it struck → (held until it ends) → heal → verify that it healed.
 * `verify` and `verifyHealed` resolve to what they saw, in words, and throw where they could not see it;
 * a fault that was not shown to have struck makes the drill inconclusive. Healing twice is harmless.
 */
export interface Fault<Spec extends FaultSpec = FaultSpec> {
  readonly type: Spec['type'];
  /** Problems of the spec's parameters, each beginning with the parameter's name. */
  validate(spec: Spec): string[];
  /** Begins the fault and returns the hold on it. */
  strike(spec: Spec, context: FaultContext): Promise<StruckFault>;
}
export interface StruckFault {
  verify(): Promise<string>;
  /** How long it is held before it is healed, wall milliseconds. */
  readonly holdMs: number;
  heal(): Promise<void>;
  verifyHealed(): Promise<string>;
}
