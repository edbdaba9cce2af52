import type { z } from 'zod';
import type { ObjectiveSpec, Scenario } from '../../scenario/scenario.ts';
import type { ofEveryObjective } from '../../scenario/shape.ts';
import type { Curve, SecondResult } from '../judgement.ts';
import type { BadSeconds } from './bad-seconds.ts';
import type { Clock, Evidence, Measurement } from './objective.ts';

/** Schemas by a parameter's name. */
type Schemas = Readonly<Record<string, z.ZodType>>;

/** What an objective's constructor takes: its own parameters, and those that every objective has. */
export type ParametersOf<Own extends Schemas> = Exact<z.infer<z.ZodObject<Own>>> &
  Exact<Omit<z.infer<z.ZodObject<typeof ofEveryObjective>>, keyof Own>>;

/** A member that is left out is not there. */
type Exact<Values> = { readonly [Name in keyof Values]: Exclude<Values[Name], undefined> };

/** An objective as data, made of its parameters. */
type SpecOf<Type extends string, Own extends Schemas> = ObjectiveSpec & ParametersOf<Own> & { readonly type: Type };

/**
 * Of the planned operations of a second: what our own fault kept from being submitted, what fell into its overtime, and what never
 * reached the input log, whyever.
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

/** A bound in k6's words: on one of its metrics, of the requests of one name or of all. */
interface K6Threshold {
  readonly metric: string;
  readonly request?: string | undefined;
  readonly bound: string;
}

/** Everything that there is to know of one kind of objective, in its one file. */
export interface ObjectiveDefinition<Type extends string, Own extends Schemas> {
  /** `decision-latency` */
  readonly type: Type;
  /** Without those that every objective has; no other is accepted. */
  readonly parameters: Own;
  /** The clocks that it compares; where these are seen to differ it is inconclusive (see clock-doubt.ts). */
  clocks(spec: SpecOf<Type, Own>): readonly Clock[];
  /** What speaks against it in this scenario: nothing to judge. Each problem begins with a parameter's name. */
  unfit?(scenario: Pick<Scenario, 'faults' | 'visits'>): string[];
  measure(spec: SpecOf<Type, Own>, evidence: Evidence): Promise<Measurement>;
  /**
   * For an objective of time: the seconds in which it was missed. Asked only of a miss; null where time is not the reason. The machine
   * never excuses an objective without this.
   */
  badSeconds?(spec: SpecOf<Type, Own>, evidence: Evidence): Promise<BadSeconds | null>;
  /** For an objective that counts from the planned time: what would be observed from the hand-over, in the same unit. */
  observedFromSent?(spec: SpecOf<Type, Own>, evidence: Evidence): Promise<number | null>;
  /** For a share of the planned: its error budget; undefined where the parameters leave it none. */
  budget?(spec: SpecOf<Type, Own>): ErrorBudget | undefined;
  /** The report's curve that shows what it bounds. */
  curve?(spec: SpecOf<Type, Own>): Curve;
  /** For what the live page shows: the bound; undefined where the parameters ask for what it does not show. */
  liveLimit?(spec: SpecOf<Type, Own>): LiveLimit | undefined;
  /** For what is asked over HTTP: the threshold that k6 keeps an eye on. */
  k6Threshold?(spec: SpecOf<Type, Own>): K6Threshold;
}

/** Any objective, as the registry knows it. */
export type Objective = ObjectiveDefinition<string, Schemas>;

/** A definition, and the constructor that scenarios call: `decided({ atLeast: 0.999 })`. */
type DefinedObjective<Type extends string, Own extends Schemas> = ObjectiveDefinition<Type, Own> &
  ((
    ...parameters: object extends ParametersOf<Own> ? [parameters?: ParametersOf<Own>] : [parameters: ParametersOf<Own>]
  ) => SpecOf<Type, Own>);

/** One kind of objective, in its one file; a row in `index.ts` makes it known. */
export function defineObjective<const Type extends string, Own extends Schemas>(
  definition: ObjectiveDefinition<Type, Own>,
): DefinedObjective<Type, Own> {
  const construct = (parameters?: ParametersOf<Own>) => ({ type: definition.type, ...parameters });
  return Object.assign(construct, definition) as unknown as DefinedObjective<Type, Own>;
}
