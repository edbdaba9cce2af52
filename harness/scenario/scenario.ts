import type { Duration, StoryTime } from './time.ts';

/** The source of a number: lines of the project's source text, or a public record. */
export type Source = { readonly seed: string } | { readonly public: string };

/** Lines of the source text (`seed('1454-1792')`). */
export const seed = (lines: string): Source => ({ seed: lines });

/** One phase of the load curve. Rates count the domain's primary operations per second of wall time. */
export type LoadPhase = { readonly name: string; readonly warmUp?: boolean } & (
  | { readonly shape: 'steady'; readonly perSecond: number; readonly for: Duration }
  /** A straight line from the previous rate (or `from`) to `to`. */
  | { readonly shape: 'ramp'; readonly from?: number; readonly to: number; readonly within: Duration }
  /** A straight line from the previous rate to `to` within a time, then held. */
  | { readonly shape: 'surge'; readonly to: number; readonly within: Duration; readonly hold: Duration }
  /** Exponential, from the previous rate towards `to`, halving the distance every `halfLife`. */
  | { readonly shape: 'decay'; readonly to: number; readonly halfLife: Duration; readonly for: Duration }
  /**
   * A recorded curve: a CSV of `second,rate`, with straight lines between its points, run `speed` times as fast at the same
   * rates.
   */
  | {
      readonly shape: 'replay';
      readonly file: string;
      readonly speed: number;
      readonly points?: readonly (readonly [second: number, perSecond: number])[];
    }
);

type Named<Shape extends LoadPhase['shape']> = Omit<Extract<LoadPhase, { shape: Shape }>, 'shape' | 'name'> & {
  readonly name?: string;
};

export const warmUp = (phase: Named<'steady'>): LoadPhase => ({
  name: 'warm-up',
  warmUp: true,
  shape: 'steady',
  ...phase,
});
export const steady = (phase: Named<'steady'>): LoadPhase => ({ name: 'steady', shape: 'steady', ...phase });
export const ramp = (phase: Named<'ramp'>): LoadPhase => ({ name: 'ramp', shape: 'ramp', ...phase });
export const surge = (phase: Named<'surge'>): LoadPhase => ({ name: 'surge', shape: 'surge', ...phase });
export const decay = (phase: Named<'decay'>): LoadPhase => ({ name: 'decay', shape: 'decay', ...phase });
export const replay = (phase: Named<'replay'>): LoadPhase => ({ name: 'replay', shape: 'replay', ...phase });

/** When something happens: in story time from the end of the warm-up, or in wall time from the start of a phase. */
export type Moment = StoryTime | { readonly phase: string; readonly after: Duration };

/** A fault as data; its meaning is the file of its type under harness/faults/. */
export interface FaultSpec {
  readonly type: string;
  /** How soon after healing the pipeline must have recovered; wall time. Unbounded by default. */
  readonly recoverWithin?: Duration;
  readonly [parameter: string]: unknown;
}
export interface ScheduledFault {
  readonly at: Moment;
  readonly fault: FaultSpec;
}
export const at = (moment: Moment, fault: FaultSpec): ScheduledFault => ({ at: moment, fault });

/** What a responder does at a moment of the replay, by the target's name for it. */
export interface ScheduledAction {
  readonly at: Moment;
  readonly action: string;
}
export const respond = (moment: Moment, action: string): ScheduledAction => ({ at: moment, action });

/** An objective as data; its meaning is the file of its type under harness/judge/objectives/. */
export interface ObjectiveSpec {
  readonly type: string;
  /** A phase's name; default: the whole drill without the warm-up. */
  readonly during?: string;
  readonly [parameter: string]: unknown;
}

/** Every nth arrival is a visit to the target's shop, made by k6; its journey says what a visit does. */
export interface Visits {
  /** 1: every arrival; 6: one in six, while the others go to the topics. */
  readonly everyNth: number;
  /** The journey's module: a path relative to the folder of `toofan.config.ts`, or one that comes with Toofan. */
  readonly journey: string;
  /** How long a visit takes if all is well, thinking time included; determines how many shoppers are held ready. */
  readonly lasts: Duration;
}

/** A machine's speed: medians of fixed pieces of work, ms; larger is slower. */
export interface Calibration {
  /** A fixed piece of work on one core. */
  readonly coreMs: number;
  /** The same on two cores at once, the slower of the two; equals `coreMs` if they share nothing. */
  readonly pairMs: number;
  /** A small write with fsync in the folder of the stores' data, median. */
  readonly fsyncMs: number;
  /** From the start of a JVM to its end; absent without Java. */
  readonly jvmStartMs?: number;
}

/** Values only. Everything in it is plain JSON, so that a history can carry its own scenario. */
export interface Scenario {
  readonly name: string;
  /** One or two sentences: what is rehearsed. */
  readonly summary: string;
  readonly domain: string;
  /** The default target. */
  readonly target: string;
  /** Story minutes per wall minute. */
  readonly timeScale: number;
  /** Factor on every rate; 1 is real, and any other is shown on every page. */
  readonly loadScale?: number;
  /** The domain's own; the domain validates it. */
  readonly world: unknown;
  readonly load: readonly LoadPhase[];
  /** Spacing of arrivals along the curve; default: uniform. */
  readonly arrivals?: 'uniform' | 'poisson';
  /** Shoppers who come over HTTP, taken from the same arrivals; default: all operations go to the topics. */
  readonly visits?: Visits;
  /** Companion operations per primary one, by kind. */
  readonly mix: Readonly<Record<string, number>>;
  readonly faults: readonly ScheduledFault[];
  /** Responders' actions at their times; a target without such an action skips it. */
  readonly actions?: readonly ScheduledAction[];
  readonly objectives: readonly ObjectiveSpec[];
  readonly invariants: 'all' | readonly string[];
  /** Dangerous states that it is about (`redelivered`, `stock-at-zero` …): a drill that misses one of them is inconclusive. */
  readonly reach?: readonly string[];
  /** How long the drill waits for the target to drain before it closes the history; wall time. */
  readonly drainDeadline: Duration;
  /** The machine that its time bounds were set for; default: any machine. */
  readonly boundsFor?: Calibration;
  readonly sources: readonly Source[];
}

/** Type-checks a scenario; returns it unchanged. */
export const defineScenario = <Values extends Scenario>(scenario: Values): Values => scenario;
