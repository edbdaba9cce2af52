/** What passes between whoever wants a drill and the process that has the stack: a line of JSON each, over loopback. */
import type { SecondResult } from '../judge/judgement.ts';
import type { RunJson } from '../report/run-shape.ts';

/** The first line that the process prints: where it listens. */
export interface ServedAt {
  readonly port: number;
  /** Only who knows it is served. */
  readonly token: string;
}

/** The one line that a client sends. It is served as long as it does not hang up: that aborts its drill. */
export interface DrillRequest {
  readonly token: string;
  /** A name, or the scenario itself. */
  readonly scenario: unknown;
  /** A name, or the data of a target; the scenario's own where it is left out. */
  readonly target?: unknown;
  readonly seed?: number;
  readonly loadScale?: number;
  readonly timeScale?: number;
  /** `path=value` */
  readonly set: readonly string[];
  /** Repeats the drill. */
  readonly command: string;
}

export type DrillReply =
  /** Nothing has started yet. */
  | { readonly type: 'planned'; readonly loadMs: number }
  | { readonly type: 'judged'; readonly drill: ServedDrill }
  | { readonly type: 'failed'; readonly message: string };

/** A judged drill, as far as tests need it. */
export interface ServedDrill {
  readonly run: RunJson;
  /** Absolute; holds `history/`, `run.json` and the reports. */
  readonly folder: string;
  readonly report: string;
  /** What keeps the drill from passing, whatever was measured. */
  readonly doubts: readonly string[];
  /** Of each broken invariant by its name: the worst counterexamples in words, with their operations. */
  readonly counterexamples: Readonly<Record<string, string>>;
  readonly seconds: readonly Pick<SecondResult, 'second' | 'planned' | 'sent' | 'decided' | 'lagSeconds'>[];
  /** Every invariant of the domain, whether the scenario asks for it or not. */
  readonly invariants: readonly string[];
}
