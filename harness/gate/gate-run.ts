import type { Comparison } from './compare-sides.ts';

/** What a gate was and found: `gate.json`, and what every report of it is made of. */
export interface GateRun {
  readonly schema: 1;
  readonly scenario: string;
  readonly target: string;
  readonly base: NamedSide;
  readonly head: NamedSide;
  /** Seed of the first pair. */
  readonly seed: number;
  readonly pairsPlanned: number;
  readonly loadScale: number;
  readonly comparison: Comparison;
  /** Mean wall time of a drill, ms; null before the first. */
  readonly drillMs: number | null;
  readonly tookMs: number;
  /** Why it ended early; empty where it did not. */
  readonly ended: string;
  /** The command that repeats it. */
  readonly command: string;
}

export interface NamedSide {
  readonly name: string;
  readonly commit: string | null;
}
