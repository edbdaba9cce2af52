import type { z } from 'zod';
import type { ObjectiveSpec, Scenario } from '../../scenario/scenario.ts';
import type { ofEveryObjective } from '../../scenario/shape.ts';
import type { Curve, SecondResult } from '../judgement.ts';
import type { BadSeconds } from './bad-seconds.ts';
import type { Clock, Evidence, Measurement } from './objective.ts';

/** Schemas by parameter name. */
type Schemas = Readonly<Record<string, z.ZodType>>;

/** What an objective's constructor takes: its own parameters, and the common ones. */
export type ParametersOf<Own extends Schemas> = Exact<z.infer<z.ZodObject<Own>>> &
  Exact<Omit<z.infer<z.ZodObject<typeof ofEveryObjective>>, keyof Own>>;

/** An optional member is absent, never undefined. */
type Exact<Values> = { readonly [Name in keyof Values]: Exclude<Values[Name], undefined> };

/** An objective as data, with its parameters. */
type SpecOf<Type extends string, Own extends Schemas> = ObjectiveSpec & ParametersOf<Own> & { readonly type: Type };

/**
 * Of a second's planned operations: those our own fault kept from being submitted, those in its overtime, and those that never
 * reached the input log for any reason.
 */
export interface NotCounted {
  readonly kept: number;
  readonly beyond: number;
  readonly unsubmitted: number;
  readonly unsubmittedUndecided: number;
}

/** What may go wrong under an objective that promises a share of the planned operations of the primary kind. */
interface ErrorBudget {
  readonly atLeast: number;
  /** Of a second's planned operations: how many do not count, and how many of the rest were bad. */
  badOf(second: SecondResult, not: NotCounted): { readonly out: number; readonly bad: number };
}

/** A bound that the live page draws: on p99, on the age of the oldest undecided record, or on the worst group's lag. */
export interface LiveLimit {
  readonly of: Curve;
  readonly below: number;
}

/** A bound in k6's terms: on one of its metrics, for requests with one name or for all. */
interface K6Threshold {
  readonly metric: string;
  readonly request?: string | undefined;
  readonly bound: string;
}

/** Everything about one kind of objective, in its one file. */
export interface ObjectiveDefinition<Type extends string, Own extends Schemas> {
  /** `decision-latency` */
  readonly type: Type;
  /** Without the common ones; unknown ones are refused. */
  readonly parameters: Own;
  /** The clocks that it compares; if they are seen to differ it is inconclusive (see clock-doubt.ts). */
  clocks(spec: SpecOf<Type, Own>): readonly Clock[];
  /** Why it has nothing to judge in this scenario. Each problem begins with a parameter's name. */
  unfit?(scenario: Pick<Scenario, 'faults' | 'visits'>): string[];
  measure(spec: SpecOf<Type, Own>, evidence: Evidence): Promise<Measurement>;
  /**
   * For an objective about time: the seconds in which it was missed. Called only for a miss; null if time is not the reason.
   * Without this, the machine never excuses a miss.
   */
  badSeconds?(spec: SpecOf<Type, Own>, evidence: Evidence): Promise<BadSeconds | null>;
  /** For an objective that counts from the planned time: the observed value counted from the hand-over, in the same unit. */
  observedFromSent?(spec: SpecOf<Type, Own>, evidence: Evidence): Promise<number | null>;
  /** For a share of the planned operations: its error budget; undefined if the parameters leave none. */
  budget?(spec: SpecOf<Type, Own>): ErrorBudget | undefined;
  /** The report's curve on which its bound is drawn. */
  curve?(spec: SpecOf<Type, Own>): Curve;
  /** The bound that the live page draws; undefined if the page does not show what it bounds. */
  liveLimit?(spec: SpecOf<Type, Own>): LiveLimit | undefined;
  /** For HTTP requests: the threshold that k6 monitors. */
  k6Threshold?(spec: SpecOf<Type, Own>): K6Threshold;
}

/** Any objective, as the registry knows it. */
export type Objective = ObjectiveDefinition<string, Schemas>;

/** A definition, and the constructor that scenarios call: `decided({ atLeast: 0.999 })`. */
type DefinedObjective<Type extends string, Own extends Schemas> = ObjectiveDefinition<Type, Own> &
  ((
    ...parameters: object extends ParametersOf<Own> ? [parameters?: ParametersOf<Own>] : [parameters: ParametersOf<Own>]
  ) => SpecOf<Type, Own>);

/** Defines one kind of objective in its one file; a row in `index.ts` registers it. */
export function defineObjective<const Type extends string, Own extends Schemas>(
  definition: ObjectiveDefinition<Type, Own>,
): DefinedObjective<Type, Own> {
  const construct = (parameters?: ParametersOf<Own>) => ({ type: definition.type, ...parameters });
  return Object.assign(construct, definition) as unknown as DefinedObjective<Type, Own>;
}
