import type { Duration, StoryTime } from './time.ts';

/** Where a number comes from: lines of the project's source text, or a public record. */
export type Source = { readonly seed: string } | { readonly public: string };

/** Lines of the source text (`seed('1454-1792')`). */
export const seed = (lines: string): Source => ({ seed: lines });

/** One stretch of the load curve. Rates count the domain's primary operations per second of wall time. */
export type LoadPhase = { readonly name: string; readonly warmUp?: boolean } & (
  | { readonly shape: 'steady'; readonly perSecond: number; readonly for: Duration }
  /** A straight line from the rate before it (or `from`) to `to`. */
  | { readonly shape: 'ramp'; readonly from?: number; readonly to: number; readonly within: Duration }
  /** A straight line from the rate before it to `to` within a time, then held. */
  | { readonly shape: 'surge'; readonly to: number; readonly within: Duration; readonly hold: Duration }
  /** Exponential, from the rate before it towards `to`, halving the distance every `halfLife`. */
  | { readonly shape: 'decay'; readonly to: number; readonly halfLife: Duration; readonly for: Duration }
  /** A recorded curve: a CSV of `second,rate`, straight lines between its points, run `speed` times as fast, rates kept. */
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
  /** How soon after it was healed the pipeline must be well again; wall time. No bound where it is left out. */
  readonly recoverWithin?: Duration;
  readonly [parameter: string]: unknown;
}
export interface ScheduledFault {
  readonly at: Moment;
  readonly fault: FaultSpec;
}
export const at = (moment: Moment, fault: FaultSpec): ScheduledFault => ({ at: moment, fault });

/** What a responder does at a moment of the replay, by the name that targets give it. */
export interface ScheduledAction {
  readonly at: Moment;
  readonly action: string;
}
export const respond = (moment: Moment, action: string): ScheduledAction => ({ at: moment, action });

/** An objective as data; its meaning is the file of its type under harness/judge/objectives/. */
export interface ObjectiveSpec {
  readonly type: string;
  /** A phase's name; the whole drill without the warm-up where it is left out. */
  readonly during?: string;
  readonly [parameter: string]: unknown;
}

/** Every so many-th arrival is a visit to the target's shop, made by k6; what it comprises is its journey's affair. */
export interface Visits {
  /** 1: every arrival; 6: one in six, the others go to the topics. */
  readonly everyNth: number;
  /** The module of the journey: a path from the folder of `toofan.config.ts`, or one of those that come with Toofan. */
  readonly journey: string;
  /** How long a visit takes when all is well, thinking included: so many shoppers are held ready. */
  readonly lasts: Duration;
}

/** How fast a machine is: medians of a fixed piece of work, ms; larger is slower. */
export interface Calibration {
  /** A fixed piece of work on one core. */
  readonly coreMs: number;
  /** The same on two cores at once, the slower of the two; like `coreMs` where they share nothing. */
  readonly pairMs: number;
  /** A small write with fsync in the folder of the stores' data, median. */
  readonly fsyncMs: number;
  /** A JVM's start to its end; left out where there is no Java. */
  readonly jvmStartMs?: number;
}

/** Values only. Everything in it is plain JSON data, so that a history can carry the scenario that made it. */
export interface Scenario {
  readonly name: string;
  /** One or two sentences: what is rehearsed. */
  readonly summary: string;
  readonly domain: string;
  /** The target when the command line names none. */
  readonly target: string;
  /** Story minutes per wall minute. */
  readonly timeScale: number;
  /** Every rate is multiplied by this; 1 is real, and every page says so otherwise. */
  readonly loadScale?: number;
  /** The domain's own; validated by it. */
  readonly world: unknown;
  readonly load: readonly LoadPhase[];
  /** Spacing of arrivals along the curve; uniform where it is left out. */
  readonly arrivals?: 'uniform' | 'poisson';
  /** Shoppers who come over HTTP, out of the same arrivals; all go to the topics where it is left out. */
  readonly visits?: Visits;
  /** Companion operations per primary one, by kind. */
  readonly mix: Readonly<Record<string, number>>;
  readonly faults: readonly ScheduledFault[];
  /** Responses at their minutes; a target that knows no such action goes without. */
  readonly actions?: readonly ScheduledAction[];
  readonly objectives: readonly ObjectiveSpec[];
  readonly invariants: 'all' | readonly string[];
  /** Dangerous states that it is about (`redelivered`, `stock-at-zero` …): a drill that has not been in one of them is inconclusive. */
  readonly reach?: readonly string[];
  /** How long the drill waits for the target to drain before it closes the history; wall time. */
  readonly drainDeadline: Duration;
  /** The machine that its bounds of time were set for; any machine where it is left out. */
  readonly boundsFor?: Calibration;
  readonly sources: readonly Source[];
}

/** Gives the compiler's help to whoever writes a scenario; the values stay as they are. */
export const defineScenario = <Values extends Scenario>(scenario: Values): Values => scenario;
