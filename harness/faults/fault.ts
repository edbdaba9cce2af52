import type { z } from 'zod';
import type { FaultSpec } from '../scenario/scenario.ts';
import type { Lease, Session } from '../session/session.ts';
import type { UndoCommand } from '../session/undo.ts';
import type { Stack } from '../stack/stack.ts';
import type { TargetProcesses } from '../target/processes.ts';
import type { Target } from '../target/target.ts';
import type { Draw } from './draw.ts';

/** What a fault may lay its hands on. */
export interface FaultContext {
  readonly session: Pick<Session, 'lease' | 'folder' | 'spawn'>;
  readonly stack: Stack;
  readonly target: Pick<Target, 'name' | 'needs' | 'consumerGroups' | 'metrics' | 'encode'>;
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

/** Schemas by a parameter's name, each with its description and unit. */
export type ParameterSchemas = Readonly<Record<string, z.ZodType>>;

/** What a fault's constructor takes: its own parameters, and what every fault has. */
type ParametersOf<Schemas extends ParameterSchemas> = Pick<FaultSpec, 'recoverWithin'> &
  (keyof Schemas extends never ? object : Readonly<z.infer<z.ZodObject<Schemas>>>);

/** A fault as data, made of its parameters. */
type SpecOf<Type extends string, Schemas extends ParameterSchemas> = FaultSpec &
  ParametersOf<Schemas> & { readonly type: Type };

/** How a test strikes a fault: on `inventory/streaming` with two workers, a Redis, the Postgres `main` and the dependency `recommendations`. */
interface Trial<Parameters = object> {
  readonly with: Parameters;
  /** What strikes at the same moment, where the fault alone would not be seen. */
  readonly beside?: readonly FaultSpec[];
  /** What was seen when it struck and when it healed. */
  readonly seen: RegExp;
}

/** What a fault's page says beyond its summary, its parameters and its alerts; Markdown. */
interface FaultPage<Parameters = object> {
  /** How it strikes, where the summary does not say it all: sentences that follow it. */
  readonly strikes?: string;
  readonly example: Parameters;
  readonly struckShownBy: string;
  readonly healedShownBy: string;
  /** What must be there, and what it cannot do. */
  readonly limits: string;
  /** What it typically finds in a pipeline. */
  readonly lookFor: string;
}

/**
 * One fault a file: inject → verify that it struck → (held until it ends) → heal → verify that it healed.
 * `verify` and `verifyHealed` resolve to what they saw, in words, and throw where they could not see it;
 * a fault that was not seen to strike makes the drill inconclusive. Healing twice is harmless.
 */
export interface FaultDefinition<Type extends string, Schemas extends ParameterSchemas> {
  /** `worker-crash` */
  readonly type: Type;
  /** One sentence for whoever chooses one. */
  readonly summary: string;
  /** Without those that every fault has; no other is accepted. */
  readonly parameters: Schemas;
  /** Nothing where it is left out. */
  needs?(spec: SpecOf<Type, Schemas>): FaultNeeds;
  /** The store or dependency that it strikes, as probes call it; none where it strikes the pipeline itself. */
  victim?(spec: SpecOf<Type, Schemas>): string;
  /** Begins the fault and returns the hold on it. What outlives the harness is done under a lease of the session. */
  strike(spec: SpecOf<Type, Schemas>, context: FaultContext): Promise<StruckFault>;
  readonly draw: Draw<ParametersOf<Schemas>>;
  /** The alerts (judge/alerts/rules.ts) that lead whoever reads them to this fault. */
  readonly alertedBy: readonly string[];
  /** Those of them that this fault causes most often: they name its page as their runbook. */
  readonly runbookOf?: readonly string[];
  readonly trials: readonly [Trial<ParametersOf<Schemas>>, ...Trial<ParametersOf<Schemas>>[]];
  readonly page: FaultPage<ParametersOf<Schemas>>;
}

/** Any fault, as the registry knows it. */
export type Fault = FaultDefinition<string, ParameterSchemas>;

export interface StruckFault {
  verify(): Promise<string>;
  /** How long it is held before it is healed, wall milliseconds. */
  readonly holdMs: number;
  heal(): Promise<void>;
  verifyHealed(): Promise<string>;
}

/** A definition, and the constructor that scenarios call: `workerCrash({ downFor: '2s' })`. */
export type DefinedFault<Type extends string, Schemas extends ParameterSchemas> = FaultDefinition<Type, Schemas> &
  ((
    ...parameters: object extends ParametersOf<Schemas>
      ? [parameters?: ParametersOf<Schemas>]
      : [parameters: ParametersOf<Schemas>]
  ) => SpecOf<Type, Schemas>);

/** Everything that there is to know of a fault, in its one file; a row in `index.ts` makes it known. */
export function defineFault<const Type extends string, Schemas extends ParameterSchemas>(
  definition: FaultDefinition<Type, Schemas>,
): DefinedFault<Type, Schemas> {
  const construct = (parameters?: ParametersOf<Schemas>) => ({ ...parameters, type: definition.type });
  return Object.assign(construct, definition) as unknown as DefinedFault<Type, Schemas>;
}

/** The time of a lease: the fault's own and this much for its healing; afterwards the janitor heals. */
const healWithinMs = 60_000;

/** A lease on something outside the session's processes, as long as a fault of `holdMs` may need it. */
export const leaseFor = (
  { session }: Pick<FaultContext, 'session'>,
  holdMs: number,
  ...undo: readonly UndoCommand[]
): Lease => session.lease(undo, holdMs + healWithinMs);
